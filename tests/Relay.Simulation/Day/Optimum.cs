namespace Relay.Simulation.Day;

/// <summary>
/// How soon the mail of a day can be with the providers at all, whoever sends it.
/// </summary>
/// <remarks>
/// <para>The bound: what arrives at or after an instant t can only be sent after t. Even if nothing at all had been sent before t, an account would let it through
/// no faster than <see cref="AccountPace"/> says, and all accounts together no faster than the merged order of their earliest instants. The instant at which
/// these have let through as many as arrive from t on is a time before which no schedule can have ended. This holds for each t; the latest of these times is
/// the bound. Delays of the network and the time that a message takes are not counted: they could only make it later.</para>
/// <para>The schedule: each message in the order of arrival by the account that can take it first. It is one that keeps all rations, so that the best there is lies
/// between the bound and its end. It knows the hidden rations and the outage, and has no network in between, which Relay does and has.</para>
/// </remarks>
internal static class Optimum
{
    /// <summary>No schedule ends before.</summary>
    public static TimeSpan Bound(DayPlan plan)
    {
        var bound = plan.Arrivals[^1];
        foreach (var cut in Cuts(plan))
        {
            var end = EndOf(plan, cut);
            bound = end > bound ? end : bound;
        }

        return bound;
    }

    /// <summary>The instants at which a schedule that keeps all rations sends the messages, in order.</summary>
    public static List<TimeSpan> Schedule(DayPlan plan)
    {
        var paces = plan.Accounts.Select(static account => new AccountPace(account, TimeSpan.Zero)).ToList();
        List<TimeSpan> sent = new(plan.Arrivals.Count);
        foreach (var arrival in plan.Arrivals)
        {
            var first = paces.MinBy(pace => pace.Earliest(arrival))!;
            var at = first.Earliest(arrival);
            first.Send(at);
            sent.Add(at);
        }

        sent.Sort();
        return sent;
    }

    /// <summary>Any instants do; those at which much begins to arrive tell most.</summary>
    private static IEnumerable<TimeSpan> Cuts(DayPlan plan) =>
        plan.Bursts.Select(static burst => burst.From).Append(TimeSpan.Zero).Distinct().Where(cut => cut <= plan.Arrivals[^1]);

    private static TimeSpan EndOf(DayPlan plan, TimeSpan cut)
    {
        var order = new PriorityQueue<AccountPace, TimeSpan>();
        foreach (var account in plan.Accounts)
        {
            var pace = new AccountPace(account, cut);
            order.Enqueue(pace, pace.Earliest(cut));
        }

        var end = cut;
        for (var left = plan.Arrivals.Count(arrival => arrival >= cut); left > 0; left--)
        {
            _ = order.TryDequeue(out var pace, out end);
            pace!.Send(end);
            order.Enqueue(pace, pace.Earliest(end));
        }

        return end;
    }
}
