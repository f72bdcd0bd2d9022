namespace Relay.Core.Cluster.Pace;

/// <summary>One limit of one account, the same on all nodes.</summary>
/// <param name="Account">Names of the group and of the upstream, in lower case.</param>
/// <param name="CountsRecipients">Recipients are counted, not messages.</param>
/// <param name="Length">Of the window.</param>
internal readonly record struct WindowKey(string Account, bool CountsRecipients, TimeSpan Length)
{
    /// <summary>
    /// What was used is entered in the ledger and outlives the node. Shorter windows live in the memory of the nodes: a ledger would be written for each message, and what
    /// a dead node may have used is free again soon enough.
    /// </summary>
    public bool IsBooked => Length > TimeSpan.FromMinutes(1);
}
