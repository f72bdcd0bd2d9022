namespace Relay.Core.Telemetry;

/// <summary>The spool at one moment, for metrics.</summary>
/// <param name="Rows">Rows by state, in the words of the API.</param>
/// <param name="OldestSeconds">Age of the oldest message that is still to be delivered; 0 when there is none.</param>
/// <param name="IsUsable">It works, and has room; null where there is none.</param>
internal sealed record QueueReading(IReadOnlyList<KeyValuePair<string, int>> Rows, double OldestSeconds, bool? IsUsable)
{
    /// <summary>Of all bodies.</summary>
    public long Bytes { get; init; }

    /// <summary>Of what failed for good.</summary>
    public int Records { get; init; }
}
