namespace Relay.Core.Configuration;

/// <summary>When a member of a group is taken out of use for its failures, and how it comes back.</summary>
public sealed record HealthOptions
{
    /// <summary>Failures of the server in a row that eject it: 1 to 1000. Default: 5.</summary>
    public int ConsecutiveFailures { get; init; } = 5;

    /// <summary>Time of the first ejection; the n-th in a row takes n times as long. Default: 30 s.</summary>
    public TimeSpan EjectionTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Longest ejection. Default: 5 min.</summary>
    public TimeSpan MaximumEjectionTime { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Time in which a server that came back is led from a tenth of its weight to all of it. 0 switches it off. Default: 30 s.</summary>
    public TimeSpan SlowStart { get; init; } = TimeSpan.FromSeconds(30);
}
