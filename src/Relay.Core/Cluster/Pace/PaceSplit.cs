namespace Relay.Core.Cluster.Pace;

/// <summary>Divides an amount among those who ask for it: nobody gets more than he asks for while another, with less, asks for more (max-min fairness).</summary>
internal static class PaceSplit
{
    /// <param name="amount">There is so much.</param>
    /// <param name="demands">What each asks for.</param>
    /// <param name="givesAll">What nobody asks for is divided evenly on top, so that a node which suddenly has mail need not ask first.</param>
    /// <param name="turn">Who gets one more where it does not divide evenly.</param>
    public static long[] Targets(long amount, IReadOnlyList<long> demands, bool givesAll, long turn)
    {
        var targets = new long[demands.Count];
        var left = Math.Max(0, amount);
        int[] order = [.. Enumerable.Range(0, demands.Count).OrderBy(place => demands[place])];
        for (var place = 0; place < order.Length; place++)
        {
            var others = order[place..];
            if (left / others.Length < demands[order[place]])
            {
                DivideEvenly(targets, left, others, turn);
                return targets;
            }

            targets[order[place]] = demands[order[place]];
            left -= demands[order[place]];
        }

        if (givesAll)
        {
            DivideEvenly(targets, order.Length == 1 ? left / 2 : left, order, turn); // the first of several need not take all
        }

        return targets;
    }

    private static void DivideEvenly(long[] targets, long amount, int[] places, long turn)
    {
        var (each, rest) = Math.DivRem(amount, places.Length);
        Array.Sort(places);
        for (var index = 0; index < places.Length; index++)
        {
            var isTurn = (index + (turn % places.Length * rest)) % places.Length < rest;
            targets[places[index]] += each + (isTurn ? 1 : 0);
        }
    }
}
