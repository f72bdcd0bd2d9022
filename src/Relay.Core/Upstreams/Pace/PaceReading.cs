namespace Relay.Core.Upstreams.Pace;

/// <summary>One limit of an upstream's pace as the API, the metrics and the commands show it.</summary>
/// <param name="Name">As it is configured: <c>14/s</c>.</param>
/// <param name="Unit">What is counted: <see cref="Messages"/> or <see cref="Recipients"/>.</param>
/// <param name="Window">Length of its window.</param>
/// <param name="Limit">At most so many in a window.</param>
/// <param name="Used">In the window that ends now, deliveries under way included.</param>
/// <param name="RoomAt">Timestamp at which the next one has room; not after now while there is room.</param>
internal sealed record PaceReading(string Name, string Unit, TimeSpan Window, int Limit, long Used, long RoomAt)
{
    public const string Messages = "messages";
    public const string Recipients = "recipients";

    /// <summary>Why there is no room, where the numbers do not say it.</summary>
    public string? Trouble { get; init; }

    /// <summary>What this node may have in use of it now; null where it does not share it with others.</summary>
    public long? Share { get; init; }

    /// <summary>How many a second that comes to in the long run.</summary>
    public double PerSecond => Limit / Window.TotalSeconds;
}
