using Relay.Core.Configuration;
using Relay.Core.Configuration.Presets;
using Relay.Simulation.Providers;

namespace Relay.Simulation.Day;

/// <summary>
/// What a day brings: a hundred thousand messages, most of them in four mailings, for accounts that could not take them at once. There is always something that
/// waits from eight o'clock to the end, so that whatever is lost of an account's pace is seen in the end.
/// </summary>
internal sealed record DayPlan
{
    private const int Seed = 20_300_101;

    public required IReadOnlyList<DayAccount> Accounts { get; init; }

    public required IReadOnlyList<Burst> Bursts { get; init; }

    /// <summary>When the applications have a message, in order.</summary>
    public required IReadOnlyList<TimeSpan> Arrivals { get; init; }

    /// <summary>When Relay is killed; started again five seconds later. Null where it is not.</summary>
    public TimeSpan? KilledAt { get; init; }

    /// <summary>A day; less where the day is a small one.</summary>
    public required TimeSpan Length { get; init; }

    /// <summary>From when on there is more than can go.</summary>
    public TimeSpan BusyFrom { get; init; }

    /// <param name="scale">
    /// By how much less mail there is, smaller the daily quotas, and shorter the day. Rates remain, and so do shapes: a quota is used up at the same part of the
    /// day. What takes hours at any scale cannot be part of a small day: it is not killed, for what is uncertain then waits for its server for an hour.
    /// </param>
    public static DayPlan Create(int scale)
    {
        TimeSpan At(double hour) => TimeSpan.FromHours(hour) / scale;
        Burst Mailing(double from, double until, int messages) => new(At(from), At(until), messages / scale);
        Burst[] bursts =
        [
            Mailing(0, 8, 200),
            Mailing(8, 8.5, 50_000),
            Mailing(8.5, 15.5, 9_800),
            Mailing(9.5, 10, 20_000),
            Mailing(11, 11.3, 12_000),
            Mailing(13, 13.2, 8_000),
        ];
        return new DayPlan
        {
            Accounts = AccountsOf(scale, At),
            Bursts = bursts,
            Arrivals = ArrivalsOf(bursts, new Random(Seed)),
            KilledAt = scale == 1 ? At(11.5) : null,
            BusyFrom = At(8),
            Length = At(24),
        };
    }

    private static List<DayAccount> AccountsOf(int scale, Func<double, TimeSpan> at)
    {
        return
        [
            Account("mailbox1", UpstreamPreset.Office365, new ProviderTerms()),
            Account("mailbox2", UpstreamPreset.Office365, new ProviderTerms()),
            // People send from it too, which Relay does not see: it hits the quota before it has used it up.
            Account(
                "gmail",
                UpstreamPreset.Gmail,
                new ProviderTerms { Hidden = [Daily(375)], QuotaReply = "550 5.4.5 Daily user sending limit exceeded" }
            ),
            Account("ses", UpstreamPreset.AmazonSes, new ProviderTerms()) with
            {
                Outage = (at(8 + (40.0 / 60)), at(9 + (40.0 / 60))),
            },
            // What its plan allows, which no preset can know, is set beside the preset.
            Account("sendgrid", UpstreamPreset.SendGrid, new ProviderTerms { Told = [Ration.PerMinute(40)] }),
            // Nobody told Relay what it takes.
            Account(
                "own",
                UpstreamPreset.None,
                new ProviderTerms { Hidden = [Ration.PerMinute(10)], RateReply = "450 4.7.1 Too much mail from you" }
            ),
        ];

        Ration Daily(int count) => Scaled(Ration.PerDay(count), scale);

        DayAccount Account(string name, UpstreamPreset preset, ProviderTerms terms)
        {
            var limits = ProviderPresets.Find(preset);
            var told = Rations(limits?.Rates, isOfRecipients: false).Concat(Rations(limits?.RecipientRates, isOfRecipients: true));
            terms = terms with { Told = [.. told.Select(ration => Scaled(ration, scale)), .. terms.Told] };
            var options = new UpstreamOptions
            {
                Address = "sim.test:25",
                Tls = UpstreamTls.None,
                Connections = limits?.Connections ?? 5,
                MessagesPerConnection = limits?.MessagesPerConnection ?? 100,
                RecipientsPerMessage = limits?.RecipientsPerMessage,
                ThrottlePatterns = limits?.Patterns ?? [],
            };
            return new DayAccount(name, terms.Tell(options), terms);
        }
    }

    private static IEnumerable<Ration> Rations(IReadOnlyList<string>? rates, bool isOfRecipients) =>
        (rates ?? []).Select(rate => Ration.Parse(rate) with { IsOfRecipients = isOfRecipients });

    private static Ration Scaled(Ration ration, int scale) => ration.IsQuota ? ration with { Count = ration.Count / scale } : ration;

    private static List<TimeSpan> ArrivalsOf(IEnumerable<Burst> bursts, Random random)
    {
        List<TimeSpan> arrivals = [];
        foreach (var burst in bursts)
        {
            for (var left = burst.Messages; left > 0; left--)
            {
                arrivals.Add(burst.From + ((burst.Until - burst.From) * random.NextDouble()));
            }
        }

        arrivals.Sort();
        return arrivals;
    }
}
