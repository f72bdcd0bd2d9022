namespace Relay.Cli.Planning;

/// <summary>The traffic that is expected.</summary>
internal sealed record PlanDemand
{
    /// <summary>Messages in an hour.</summary>
    public required double PerHour { get; init; }

    /// <summary>The busiest minutes have so many times the mail of an average one; at least 1.</summary>
    public double Peak { get; init; } = 3;

    /// <summary>Servers that may be away at the peak.</summary>
    public int Redundancy { get; init; } = 1;

    /// <summary>Bytes of a message on average.</summary>
    public int Size { get; init; } = 50_000;

    /// <summary>Recipients of a message on average; at least 1.</summary>
    public double Recipients { get; init; } = 1;

    /// <summary>Hours of such traffic in a day, for quotas of a day.</summary>
    public double HoursPerDay { get; init; } = 24;

    /// <summary>How long a server that fails is away.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Messages a second on average.</summary>
    public double Average => PerHour / 3600;

    /// <summary>Messages a second at the peak.</summary>
    public double AtPeak => Average * Peak;

    public double PerDay => PerHour * HoursPerDay;
}
