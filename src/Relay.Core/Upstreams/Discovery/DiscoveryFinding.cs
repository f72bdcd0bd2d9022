namespace Relay.Core.Upstreams.Discovery;

/// <summary>What a lookup came to.</summary>
/// <param name="Kind">In a word.</param>
/// <param name="Targets">The hosts found; empty unless there are some.</param>
/// <param name="TimeToLive">How long the records may be believed.</param>
/// <param name="Remark">Why there is nothing, or what was left out; empty otherwise.</param>
internal sealed record DiscoveryFinding(FindingKind Kind, IReadOnlyList<DiscoveredTarget> Targets, TimeSpan TimeToLive, string Remark)
{
    public static DiscoveryFinding Failed(string reason) => new(FindingKind.Failed, [], TimeSpan.Zero, reason);

    public static DiscoveryFinding Missing(string reason) => new(FindingKind.Missing, [], TimeSpan.Zero, reason);

    public static DiscoveryFinding Declined(string reason, TimeSpan timeToLive) => new(FindingKind.Declined, [], timeToLive, reason);

    public static DiscoveryFinding Found(IReadOnlyList<DiscoveredTarget> targets, TimeSpan timeToLive, string remark) =>
        new(FindingKind.Found, targets, timeToLive, remark);
}

internal enum FindingKind
{
    /// <summary>There are servers.</summary>
    Found,

    /// <summary>The name does not exist, or has no such records: meant so, or an accident of whoever changes the zone.</summary>
    Missing,

    /// <summary>The name says that it has no such service: a null MX (RFC 7505), or an SRV target of "." (RFC 2782).</summary>
    Declined,

    /// <summary>Nobody told: no server, no reply in time, SERVFAIL.</summary>
    Failed,
}
