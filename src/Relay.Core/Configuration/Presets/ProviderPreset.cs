using System.Globalization;

namespace Relay.Core.Configuration.Presets;

/// <summary>What is known of a provider, as keys of an upstream: a layer below everything that is written, so that whatever is set beside the preset wins.</summary>
internal sealed record ProviderPreset
{
    public required string Address { get; init; }

    public UpstreamTls Tls { get; init; } = UpstreamTls.StartTls;

    public required int Connections { get; init; }

    public required int MessagesPerConnection { get; init; }

    /// <summary>Recipients in one transaction; null where the provider publishes no bound.</summary>
    public int? RecipientsPerMessage { get; init; }

    /// <summary>Messages, as in <c>30/min</c>.</summary>
    public IReadOnlyList<string> Rates { get; init; } = [];

    /// <summary>Recipients.</summary>
    public IReadOnlyList<string> RecipientRates { get; init; } = [];

    public IReadOnlyList<ThrottlePatternOptions> Patterns { get; init; } = [];

    /// <summary>The mechanism for access tokens; it counts only where the upstream has a section <c>OAuth2</c>, since passwords go by others.</summary>
    public string? TokenMechanism { get; init; }

    /// <summary>Keys below that of the upstream, and their values, as a file would write them.</summary>
    /// <param name="usesTokens">The upstream has a section <c>OAuth2</c>.</param>
    public IEnumerable<KeyValuePair<string, string>> Keys(bool usesTokens)
    {
        yield return new(nameof(UpstreamOptions.Address), Address);
        yield return new(nameof(UpstreamOptions.Tls), Tls.ToString());
        yield return new(nameof(UpstreamOptions.Connections), Text(Connections));
        yield return new(nameof(UpstreamOptions.MessagesPerConnection), Text(MessagesPerConnection));
        yield return new(nameof(UpstreamOptions.ActiveChecks), "false");
        if (RecipientsPerMessage is { } recipients)
        {
            yield return new(nameof(UpstreamOptions.RecipientsPerMessage), Text(recipients));
        }

        if (usesTokens && TokenMechanism is { } mechanism)
        {
            yield return new(nameof(UpstreamOptions.AuthMechanism), mechanism);
        }

        foreach (var key in ListKeys())
        {
            yield return key;
        }
    }

    private IEnumerable<KeyValuePair<string, string>> ListKeys()
    {
        for (var index = 0; index < Rates.Count; index++)
        {
            yield return new($"Rates:{Text(index)}", Rates[index]);
        }

        for (var index = 0; index < RecipientRates.Count; index++)
        {
            yield return new($"RecipientRates:{Text(index)}", RecipientRates[index]);
        }

        for (var index = 0; index < Patterns.Count; index++)
        {
            var (pattern, key) = (Patterns[index], $"{nameof(UpstreamOptions.ThrottlePatterns)}:{Text(index)}");
            yield return new($"{key}:{nameof(pattern.Match)}", pattern.Match);
            yield return new($"{key}:{nameof(pattern.Meaning)}", pattern.Meaning.ToString());
            if (pattern.Pause is { } pause)
            {
                yield return new($"{key}:{nameof(pattern.Pause)}", pause.ToString("c", CultureInfo.InvariantCulture));
            }
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
