namespace Relay.Core.Configuration;

/// <summary>How upstreams with <see cref="UpstreamOptions.Discover"/> are looked up.</summary>
public sealed record DiscoveryOptions
{
    /// <summary>Name servers to ask, <c>address</c> or <c>address:port</c> (53 when left out), in this order. Default: empty, those of the system.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>Shortest time between two lookups of a name, whatever its records say; also the time after a lookup that failed. Default: 5 s.</summary>
    public TimeSpan MinimumInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest time between two lookups of a name, whatever its records say. Default: 5 min.</summary>
    public TimeSpan MaximumInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time for one lookup, with all names that it leads to. Default: 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest wait for the first lookups before mail is taken. 0: no wait. Default: 2 s.</summary>
    public TimeSpan StartTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long the last servers are kept when a name does not exist any more, or has no records. Default: 1 min.</summary>
    public TimeSpan KeepMissing { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Servers that one upstream may have; more are left out. 1 to 1000. Default: 100.</summary>
    public int MaximumMembers { get; init; } = 100;
}
