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

    /// <summary>Time between checks of a server for which no mail has worked that long, give or take a tenth. 0 switches them off. Default: 10 s.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for one check, from connecting to the last reply before QUIT. Default: 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Failed checks in a row that take a server out of use: 1 to 100. Default: 3.</summary>
    public int Fall { get; init; } = 3;

    /// <summary>Good checks in a row that bring it back: 1 to 100. Default: 2.</summary>
    public int Rise { get; init; } = 2;

    /// <summary>Whether a check logs in where the upstream has a user. Default: false.</summary>
    public bool Authenticate { get; init; }
}
