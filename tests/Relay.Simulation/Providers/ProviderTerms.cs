using Relay.Core.Configuration;

namespace Relay.Simulation.Providers;

/// <summary>What holds for an account.</summary>
internal sealed record ProviderTerms
{
    /// <summary>What Relay is told of, and never exceeds.</summary>
    public IReadOnlyList<Ration> Told { get; init; } = [];

    /// <summary>What else the provider enforces, with replies only.</summary>
    public IReadOnlyList<Ration> Hidden { get; init; } = [];

    /// <summary>What it says to who is over a rate; null: something that some provider says.</summary>
    public string? RateReply { get; init; }

    /// <summary>What it says to who is over a quota; null as above.</summary>
    public string? QuotaReply { get; init; }

    /// <summary>Whatever bounds the account.</summary>
    public IEnumerable<Ration> All => Told.Concat(Hidden);

    /// <summary>Rations so small that a few clients meet them. One server in four takes all there is.</summary>
    public static ProviderTerms Draw(Random random) =>
        random.Next(4) switch
        {
            0 => new ProviderTerms(),
            1 => new ProviderTerms { Hidden = DrawSome(random) },
            2 => new ProviderTerms { Told = DrawSome(random) },
            _ => new ProviderTerms { Told = DrawSome(random), Hidden = DrawSome(random) },
        };

    /// <summary>The options of a server of which Relay knows as much as it shall.</summary>
    public UpstreamOptions Tell(UpstreamOptions options) =>
        options with
        {
            Rates = [.. Told.Where(static ration => !ration.IsOfRecipients).Select(static ration => ration.ToString())],
            RecipientRates = [.. Told.Where(static ration => ration.IsOfRecipients).Select(static ration => ration.ToString())],
        };

    private static List<Ration> DrawSome(Random random)
    {
        List<Ration> some = [];
        for (var left = random.Next(1, 3); left > 0; left--)
        {
            // A day takes long to live through, and what is checked of it is the same as of an hour.
            var ration = random.Next(24) switch
            {
                < 6 => Ration.PerSecond(random.Next(1, 4)),
                < 17 => Ration.PerMinute(random.Next(2, 12)),
                < 23 => Ration.PerHour(random.Next(6, 30)),
                _ => Ration.PerDay(random.Next(12, 40)),
            };
            some.Add(ration with { IsOfRecipients = random.Next(3) == 0 });
        }

        return [.. some.DistinctBy(static ration => (ration.Window, ration.IsOfRecipients))];
    }
}
