namespace Relay.Core.Cluster.Pace;

/// <summary>A window as the ledger has it at one moment.</summary>
/// <param name="Key">Which one.</param>
/// <param name="Rows">All parts that still count.</param>
/// <param name="Spent">Used within the window and entered in the ledger: part of no allowance any more.</param>
/// <param name="NextFree">Time until the first of it slides out of the window; null where nothing is spent.</param>
/// <param name="Turn">Goes up with time: whose turn it is where there is less than one for each.</param>
internal sealed record WindowView(WindowKey Key, IReadOnlyList<ShareRow> Rows, long Spent, TimeSpan? NextFree, long Turn)
{
    public ShareRow? Of(long holder) => Rows.FirstOrDefault(row => row.Holder == holder);

    /// <summary>The same with what one node knows of itself better.</summary>
    public WindowView With(ShareRow row) => this with { Rows = [.. Rows.Where(other => other.Holder != row.Holder), row] };
}
