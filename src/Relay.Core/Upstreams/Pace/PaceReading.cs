namespace Relay.Core.Upstreams.Pace;

/// <summary>One limit of an upstream's pace as the API, the metrics and the commands show it.</summary>
/// <param name="Name">As it is configured: <c>14/s</c>.</param>
/// <param name="Unit"><c>messages</c> or <c>recipients</c>.</param>
/// <param name="Window">Length of its window.</param>
/// <param name="Limit">At most so many in a window.</param>
/// <param name="Used">In the window that ends now, deliveries under way included.</param>
/// <param name="RoomAt">Timestamp at which the next one has room; not after now while there is room.</param>
internal sealed record PaceReading(string Name, string Unit, TimeSpan Window, int Limit, long Used, long RoomAt)
{
    /// <summary>Why there is no room, where the numbers do not say it.</summary>
    public string? Trouble { get; init; }

    /// <summary>How many a second that comes to in the long run.</summary>
    public double PerSecond => Limit / Window.TotalSeconds;
}
