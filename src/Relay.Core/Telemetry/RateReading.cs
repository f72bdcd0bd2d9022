namespace Relay.Core.Telemetry;

/// <summary>One rate of an upstream at a scrape.</summary>
/// <param name="Of"><c>messages</c> or <c>recipients</c>.</param>
/// <param name="Window"><c>s</c>, <c>min</c>, <c>h</c> or <c>day</c>.</param>
/// <param name="Limit">At most so many in any window.</param>
/// <param name="Used">In the window that ends now.</param>
internal sealed record RateReading(string Of, string Window, long Limit, long Used)
{
    /// <summary>This node's part of a limit that nodes share; null where it has the limit for itself.</summary>
    public long? Share { get; init; }
}
