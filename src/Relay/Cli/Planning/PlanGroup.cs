namespace Relay.Cli.Planning;

/// <summary>Servers that do the same job, and how mail is divided among them.</summary>
/// <param name="Name">Of the group.</param>
/// <param name="Strategy">As the configuration names it.</param>
/// <param name="Spills">The next tier helps while the first is full (<c>SpillAt</c>); else only while nobody of the first is in service.</param>
/// <param name="Keeps">What cannot be delivered waits in the spool; else (<c>Accept: Proxy</c>) clients keep it.</param>
/// <param name="Servers">In the order of tier and name.</param>
internal sealed record PlanGroup(string Name, string Strategy, bool Spills, bool Keeps, IReadOnlyList<PlanServer> Servers)
{
    /// <summary>The servers that get mail while only those that are given are in service, tier by tier.</summary>
    public IReadOnlyList<IReadOnlyList<PlanServer>> TiersOf(IEnumerable<PlanServer> inService)
    {
        var tiers = inService
            .GroupBy(static server => server.Tier)
            .OrderBy(static tier => tier.Key)
            .Select(static tier => tier.ToList())
            .ToList();
        return Spills ? tiers : [.. tiers.Take(1)];
    }
}
