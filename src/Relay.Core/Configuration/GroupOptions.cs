namespace Relay.Core.Configuration;

/// <summary>Upstreams that do the same job, and how one of them is chosen.</summary>
public sealed record GroupOptions
{
    /// <summary>Name of a strategy. Default: <c>LeastConnections</c>.</summary>
    public string Strategy { get; init; } = "LeastConnections";

    /// <summary>The members, by name. At least one. Names have no order: the order of a tier comes from <see cref="UpstreamOptions.Priority"/>, then the name.</summary>
    public IReadOnlyDictionary<string, UpstreamOptions> Upstreams { get; init; } =
        new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Share of a tier's connections in use, 0.01 to 1, from which the next tier takes mail as well. Default: unset, so that it does only while no member
    /// of the first is in service.
    /// </summary>
    public double? SpillAt { get; init; }

    /// <summary>Whether one upstream's 5xx is the last word. Default: <see cref="RefusedHandling.Final"/>.</summary>
    public RefusedHandling Refused { get; init; } = RefusedHandling.Final;

    public HealthOptions Health { get; init; } = new();
}

/// <summary>What a permanent refusal by one upstream means for the group.</summary>
public enum RefusedHandling
{
    /// <summary>The client gets the refusal.</summary>
    Final,

    /// <summary>One other upstream is asked first; for pools of different providers and accounts.</summary>
    TryNext,
}
