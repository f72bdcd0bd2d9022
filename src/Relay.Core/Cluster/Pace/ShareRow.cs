namespace Relay.Core.Cluster.Pace;

/// <summary>What the ledger says of one node's part of a window.</summary>
/// <param name="Holder">The node, or an earlier life of it.</param>
/// <param name="Allowance">It may have so many held and used at any time.</param>
/// <param name="Demand">What it would like to have.</param>
/// <param name="IsShort">Messages wait there for want of it.</param>
/// <param name="Limit">Of the whole window, as that node is configured; null: it has no limit.</param>
/// <param name="SilentFor">Time since it was heard of; <see cref="TimeSpan.MaxValue"/> when it is known to be gone.</param>
internal sealed record ShareRow(long Holder, long Allowance, long Demand, bool IsShort, int? Limit, TimeSpan SilentFor)
{
    /// <summary>Nodes that are short are heard of each second, others each four.</summary>
    private static readonly TimeSpan SilentWhileShort = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan Silent = TimeSpan.FromSeconds(12);

    /// <summary>It takes part: others leave room for what it asks for. If not, what it has stays its own until it is known to be gone.</summary>
    public bool IsActive => Limit is not null && SilentFor <= (IsShort ? SilentWhileShort : Silent);
}
