namespace Relay.Core.Spool;

/// <summary>How much is in the spool.</summary>
/// <param name="Waiting">Rows that are tried when due.</param>
/// <param name="Active">Rows under lease.</param>
/// <param name="Held">Rows that wait for somebody.</param>
/// <param name="Uncertain">Rows that may have been delivered.</param>
/// <param name="Failed">Records of what failed for good.</param>
/// <param name="Bytes">Of all bodies.</param>
/// <param name="OldestAt">When the oldest that is not a record came; null when there is none.</param>
internal sealed record SpoolStatistics(int Waiting, int Active, int Held, int Uncertain, int Failed, long Bytes, DateTimeOffset? OldestAt)
{
    public static readonly SpoolStatistics Empty = new(0, 0, 0, 0, 0, 0, null);

    /// <summary>Those that are still to be delivered.</summary>
    public int Deliveries => Waiting + Active + Held + Uncertain;
}
