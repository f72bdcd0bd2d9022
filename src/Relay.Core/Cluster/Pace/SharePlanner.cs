namespace Relay.Core.Cluster.Pace;

/// <summary>The rules by which nodes divide a window. Each applies them to its own part only, from what the ledger says of all: pure, and without a leader.</summary>
internal static class SharePlanner
{
    /// <param name="view">With what the node knows of itself.</param>
    /// <param name="self">The node.</param>
    public static SharePlan Plan(WindowView view, long self)
    {
        var own = view.Of(self)!;
        if (own.Limit is null)
        {
            return new SharePlan(long.MaxValue, 0, own.Allowance, 0, 0, IsAwaited: true);
        }

        ShareRow[] active = [.. view.Rows.Where(row => row.IsActive || row.Holder == self).OrderBy(static row => row.Holder)];
        var limit = active.Min(static row => row.Limit ?? int.MaxValue);
        var amount = limit - view.Spent - view.Rows.Except(active).Sum(static row => row.Allowance);
        var turn = active.Length > limit ? view.Turn : 0; // one for each: nobody need wait for a turn
        var targets = PaceSplit.Targets(amount, [.. active.Select(static row => row.Demand)], givesAll: !view.Key.IsBooked, turn);
        var free = amount - active.Sum(static row => row.Allowance);
        var lacking = active.Select((row, place) => Lacking(view.Key, row, targets[place], limit)).Sum();
        var target = targets[Array.IndexOf(active, own)];

        var isWanted = Lacking(view.Key, own, target, limit) > 0;
        var take = isWanted ? Math.Min(target - own.Allowance, Math.Max(0, free)) : 0;
        var excess = Math.Max(0, own.Allowance - target);
        var all = active.Select((row, place) => Math.Max(0, row.Allowance - targets[place])).Sum();
        return new SharePlan(limit, target, Give(view.Key, limit, excess, all, lacking - free), take, free, lacking > free);
    }

    /// <summary>What a node is to get. Less than a hundredth is not worth moving from node to node: while it moves nobody can use it.</summary>
    private static long Lacking(WindowKey key, ShareRow row, long target, long limit)
    {
        var lacking = target - row.Allowance;
        var little = key.IsBooked ? limit / 2000 : Math.Max(1, limit / (row.IsShort ? 100 : 20));
        return lacking > little || (lacking > 0 && row.Allowance == 0) ? lacking : 0;
    }

    /// <summary>Everybody who has too much gives his part of what others lack.</summary>
    private static long Give(WindowKey key, long limit, long excess, long all, long lacking)
    {
        if (lacking > 0 && all > 0)
        {
            return Math.Min(excess, ((excess * lacking) + all - 1) / all);
        }

        // What is used goes into the ledger, so that idle parts need not lie with a node that may die.
        return key.IsBooked && excess > limit / 100 ? excess : 0;
    }
}
