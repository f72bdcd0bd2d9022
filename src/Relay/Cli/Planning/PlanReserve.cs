namespace Relay.Cli.Planning;

/// <summary>What a group still takes after the worst loss of so many servers, whichever they are.</summary>
/// <param name="PerSecond">With connections kept free (<see cref="PlanServer.Usable"/>).</param>
/// <param name="PerHour">By quotas of an hour.</param>
/// <param name="PerDay">By quotas of a day.</param>
/// <param name="Left">Servers that are left in the worst case for the peak, of those that get mail then.</param>
internal sealed record PlanReserve(double PerSecond, double PerHour, double PerDay, IReadOnlyList<PlanServer> Left)
{
    public static PlanReserve Of(PlanGroup group, int losses)
    {
        var worst = new PlanReserve(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, []);
        foreach (var left in Rests(group.Servers, losses))
        {
            var inUse = group.TiersOf(left).SelectMany(static tier => tier).ToList();
            var perSecond = inUse.Sum(static server => server.Usable);
            worst = new PlanReserve(
                Math.Min(worst.PerSecond, perSecond),
                Math.Min(worst.PerHour, inUse.Sum(static server => server.MostPerHour)),
                Math.Min(worst.PerDay, inUse.Sum(static server => server.MostPerDay)),
                perSecond < worst.PerSecond ? inUse : worst.Left
            );
        }

        return worst;
    }

    /// <summary>Every way to lose so many of them.</summary>
    private static IEnumerable<IReadOnlyList<PlanServer>> Rests(IReadOnlyList<PlanServer> servers, int losses)
    {
        if (losses == 0)
        {
            yield return servers;
            yield break;
        }

        if (losses >= servers.Count)
        {
            yield return [];
            yield break;
        }

        for (var first = 0; first <= servers.Count - losses; first++)
        {
            // The ones before it are kept, so that each set is met once.
            IReadOnlyList<PlanServer> kept = [.. servers.Take(first)];
            foreach (var rest in Rests([.. servers.Skip(first + 1)], losses - 1))
            {
                yield return [.. kept, .. rest];
            }
        }
    }
}
