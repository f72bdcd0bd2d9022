using Relay.Core.Upstreams;

namespace Relay.Core.Cluster.View;

/// <summary>When another node's word counts, and whose turn it is. Pure; docs/decisions/0017-shared-view.md has the reasons.</summary>
internal static class PeerRules
{
    /// <summary>Mail of this node that worked so short a time ago knows better than another node's failures.</summary>
    public static readonly TimeSpan OwnSight = TimeSpan.FromSeconds(10);

    /// <summary>The time of an ejection may be over for so long without a trial before others, who hear of it only then, take it for old news.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>Nodes begin trials so far apart, that the first one's result is known to all before the next begins.</summary>
    public static readonly TimeSpan TurnLength = TimeSpan.FromSeconds(2);

    /// <summary>However many nodes there are, the last one's turn has come after that.</summary>
    public static readonly TimeSpan AllTurns = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Another node has ejected a server that is in use here. That counts, except where mail of this node has worked a moment ago, and except for the last server of the group: one node with a broken
    /// network must not take everything from those that have not tried yet. What an operator wants counts always.
    /// </summary>
    /// <param name="word">What the other node says.</param>
    /// <param name="left">How long its ejection is to last still; negative when a trial has been due for so long.</param>
    /// <param name="sinceOwnMail">Since mail of this node last worked there; null when none ever did.</param>
    /// <param name="isLast">Nobody else of the group is in service here.</param>
    public static bool DoesEjectionCount(ViewDocument word, TimeSpan left, TimeSpan? sinceOwnMail, bool isLast) =>
        left > -Fresh && (word.IsByHand || (!isLast && !(sinceOwnMail < OwnSight)));

    /// <summary>
    /// How long after the end of an ejection this node may begin a trial. The node that saw the failures is the first; where its trial has failed, it is the last, so that one whose own network is broken does not
    /// go on forever for all.
    /// </summary>
    /// <param name="live">All nodes that live, in order.</param>
    /// <param name="self">This one.</param>
    /// <param name="origin">Who ejected it last.</param>
    /// <param name="isTrial">By a trial that failed.</param>
    public static TimeSpan TurnOf(IReadOnlyList<ClusterNode> live, long self, long origin, bool isTrial)
    {
        var (own, first, count) = (IndexOf(live, self), IndexOf(live, origin), live.Count);
        if (own < 0 || first < 0 || count < 2)
        {
            return TimeSpan.Zero;
        }

        var place = (own - first - (isTrial ? 1 : 0) + (2 * count)) % count;
        var turn = AllTurns / count;
        return place * (turn < TurnLength ? turn : TurnLength);
    }

    /// <summary>This node's part of what others have learned that a server takes.</summary>
    /// <param name="learned">Messages a second, by each node that has learned it itself.</param>
    /// <param name="live">Nodes that live.</param>
    public static double PartOf(IEnumerable<double> learned, int live) => learned.Sum() / Math.Max(1, live);

    /// <summary>Nobody but this server is in service in its group.</summary>
    public static bool IsLast(UpstreamGroup group, UpstreamServer server)
    {
        foreach (var tier in group.TiersInService)
        {
            if (Array.Exists(tier, other => other != server))
            {
                return false;
            }
        }

        return true;
    }

    private static int IndexOf(IReadOnlyList<ClusterNode> live, long node)
    {
        for (var index = 0; index < live.Count; index++)
        {
            if (live[index].Id == node)
            {
                return index;
            }
        }

        return -1;
    }
}
