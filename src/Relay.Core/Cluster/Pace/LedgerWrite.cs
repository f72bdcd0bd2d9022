namespace Relay.Core.Cluster.Pace;

/// <summary>All that a node enters in the ledger at once: all of it or nothing.</summary>
/// <param name="Holder">The node, as <see cref="IPaceLedger.JoinAsync"/> named it.</param>
/// <param name="Exchange">Number of this write; one that was lost under way and arrives after a later one changes nothing.</param>
/// <param name="Windows">Those that change; none: the node only shows that it is there.</param>
/// <param name="IsUrgent">Others are to look at once.</param>
/// <param name="IsLast">The node stops: its parts are free one window from now.</param>
internal sealed record LedgerWrite(long Holder, long Exchange, IReadOnlyList<WindowWrite> Windows, bool IsUrgent, bool IsLast)
{
    /// <summary>It has to be on all disks when it is confirmed. The rest may be lost by a crash of the database, which then believes that the node has more than it has.</summary>
    public bool IsDurable => IsLast || Windows.Any(static window => window.Take > 0 || window.Spent.Count > 0);
}
