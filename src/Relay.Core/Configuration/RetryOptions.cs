namespace Relay.Core.Configuration;

/// <summary>When a spooled message is tried again, and until when.</summary>
public sealed record RetryOptions
{
    /// <summary>
    /// Time before each further run, give or take a fifth; the last one is used again and again. Default: 30 s, 1, 2, 5, 10, 15, 30 min, 1 h.
    /// </summary>
    public IReadOnlyList<TimeSpan> Schedule { get; init; } =
    [
        TimeSpan.FromSeconds(30),
        TimeSpan.FromMinutes(1),
        TimeSpan.FromMinutes(2),
        TimeSpan.FromMinutes(5),
        TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(15),
        TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(1),
    ];

    /// <summary>Age at which a message is given up, after a last run. Default: 4 days (RFC 5321 §4.5.4.1 asks for 4 to 5).</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(4);
}
