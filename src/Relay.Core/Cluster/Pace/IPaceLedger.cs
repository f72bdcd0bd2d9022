namespace Relay.Core.Cluster.Pace;

/// <summary>
/// The book in which nodes divide the limits of accounts among them. At no moment do the allowances and what is spent come to more than a limit; what a node that is gone may have
/// used counts as used for one window after it is known to be gone. Times are the ledger's own.
/// </summary>
/// <remarks>When the ledger cannot be reached the methods throw <see cref="LedgerAwayException"/>; then nobody knows whether they had an effect.</remarks>
internal interface IPaceLedger
{
    /// <summary>A node begins to take part.</summary>
    /// <param name="node">Its name: of two with the same name the older one is taken for dead sooner.</param>
    /// <param name="keeps">For so long it uses what it has without being heard of.</param>
    /// <param name="token">To give up.</param>
    /// <returns>The number under which it writes.</returns>
    ValueTask<long> JoinAsync(string node, TimeSpan keeps, CancellationToken token);

    /// <summary>The windows as they are now, in any order. One that nobody has written yet may be missing.</summary>
    ValueTask<IReadOnlyList<WindowView>> ReadAsync(IReadOnlyList<WindowKey> keys, CancellationToken token);

    /// <returns>How many were taken of each window, in the order of the write; null: the node counts as gone, or this write is not the next one; nothing has changed.</returns>
    ValueTask<IReadOnlyList<long>?> WriteAsync(LedgerWrite write, CancellationToken token);

    /// <summary>Settles whether a write without an answer took effect. Nothing that was sent before has an effect any more.</summary>
    /// <returns>The number that the next write must have, and that of the last one which took effect; null: the node counts as gone.</returns>
    ValueTask<(long Next, long Landed)?> RecoverAsync(long holder, CancellationToken token);

    /// <summary>Finds nodes that are gone, and forgets what no longer counts.</summary>
    ValueTask TidyAsync(CancellationToken token);
}
