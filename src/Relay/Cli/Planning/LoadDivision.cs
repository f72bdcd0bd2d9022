namespace Relay.Cli.Planning;

/// <summary>How a stream of messages divides over servers: by the measure of the strategy, and what is too much for one goes to the others.</summary>
internal static class LoadDivision
{
    /// <param name="group">Its strategy and its tiers.</param>
    /// <param name="inService">Servers that are there.</param>
    /// <param name="rate">Messages a second.</param>
    public static Division Of(PlanGroup group, IEnumerable<PlanServer> inService, double rate)
    {
        var shares = new Dictionary<PlanServer, double>();
        var rest = rate;
        foreach (var tier in group.TiersOf(inService))
        {
            rest = Divide(tier, MeasureOf(group.Strategy), rest, shares);
        }

        return new Division(shares, rest);
    }

    /// <summary>What the strategies give equal servers alike by; null where order decides.</summary>
    private static Func<PlanServer, double>? MeasureOf(string strategy) =>
        strategy.ToUpperInvariant() switch
        {
            // Deliveries under way are equal by weight, so that the fast end more of them.
            "LEASTCONNECTIONS" or "ADAPTIVE" => static server => server.Weight / server.ReplySeconds,
            "FAILOVER" => null,
            _ => static server => server.Weight,
        };

    /// <returns>What none of them has room for.</returns>
    private static double Divide(
        IReadOnlyList<PlanServer> servers,
        Func<PlanServer, double>? measure,
        double rate,
        Dictionary<PlanServer, double> shares
    )
    {
        var open = servers.OrderBy(static server => server.Name, StringComparer.OrdinalIgnoreCase).ToList();
        if (measure is null)
        {
            return open.Aggregate(rate, (rest, server) => rest - (shares[server] = Math.Min(rest, server.Capacity)));
        }

        // Whoever its share would fill is full, and what it cannot take is divided over those that are not.
        while (open.Count > 0)
        {
            var perMeasure = rate / open.Sum(measure);
            var full = open.Where(server => perMeasure * measure(server) >= server.Capacity).ToList();
            if (full.Count == 0)
            {
                open.ForEach(server => shares[server] = perMeasure * measure(server));
                return 0;
            }

            full.ForEach(server => rate -= shares[server] = server.Capacity);
            open.RemoveAll(full.Contains);
            rate = Math.Max(0, rate);
        }

        return rate;
    }
}
