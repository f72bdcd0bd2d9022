namespace Relay.Cli.Planning;

/// <summary>
/// Works out whether the servers of a group suffice for expected traffic. Pure arithmetic, told in docs/planning.md: Little's law for connections, rates and quotas
/// as bounds, and the worst loss of servers that has to be borne.
/// </summary>
internal static class Planner
{
    /// <summary>Share of the connections that may be busy on average. Above it a message that comes beside others waits long: traffic is never even.</summary>
    public const double MostLoad = 0.8;

    private const int MostChoices = 5;

    public static PlanResult Plan(PlanGroup group, PlanDemand demand)
    {
        var reserve = PlanReserve.Of(group, demand.Redundancy);
        var most = MostPerHour(reserve, demand);
        var suffices = demand.PerHour <= most * (1 + 1e-9);
        return new PlanResult
        {
            Group = group.Name,
            Strategy = group.Strategy,
            Traffic = TrafficOf(demand),
            Servers = AtPeak(group, demand),
            Capacity = CapacityOf(group, group.Servers),
            ShareThatWaits = Waiting(group, demand),
            Choices = Choices(group, demand),
            Failures = [.. group.Servers.Select(server => Failure(group, demand, server))],
            MostPerHour = most,
            Suffices = suffices,
            Advice = suffices ? [] : PlanAdvice.For(group, demand, reserve),
        };
    }

    /// <summary>The peak, the quotas of an hour and of a day: the first that is exhausted decides.</summary>
    private static double MostPerHour(PlanReserve reserve, PlanDemand demand) =>
        Math.Min(Math.Min(reserve.PerSecond * 3600 / demand.Peak, reserve.PerHour), reserve.PerDay / demand.HoursPerDay);

    private static PlanTraffic TrafficOf(PlanDemand demand) =>
        new(demand.PerHour, demand.Average, demand.AtPeak, demand.Redundancy, demand.Size, demand.AtPeak * demand.Size * 8 / 1e6);

    private static List<PlannedServer> AtPeak(PlanGroup group, PlanDemand demand)
    {
        var shares = LoadDivision.Of(group, group.Servers, demand.AtPeak).Shares;
        return [.. group.Servers.Select(server => Planned(server, shares.GetValueOrDefault(server)))];
    }

    private static PlannedServer Planned(PlanServer server, double rate) =>
        new(
            server.Name,
            server.Tier,
            server.ReplySeconds * 1000,
            server.IsMeasured,
            server.Connections,
            server.Capacity,
            server.MostPerSecond < server.ByConnections ? "rate" : "connections",
            Finite(server.MostPerHour),
            Finite(server.MostPerDay),
            rate,
            rate * server.ReplySeconds, // Little's law
            rate / server.Capacity
        );

    private static double? Finite(double number) => double.IsFinite(number) ? number : null;

    private static double CapacityOf(PlanGroup group, IEnumerable<PlanServer> inService) =>
        group.TiersOf(inService).Sum(static tier => tier.Sum(static server => server.Capacity));

    /// <summary>The tier that mail goes to, taken for one line before all of its connections: whoever waits takes the first that becomes free.</summary>
    private static double Waiting(PlanGroup group, PlanDemand demand)
    {
        var shares = LoadDivision.Of(group, group.Servers, demand.AtPeak);
        return shares.Rest > 0
            ? 1
            : WaitingLine.ShareThatWaits(
                group.TiersOf(group.Servers).Sum(static tier => tier.Sum(static server => server.Connections)),
                shares.Shares.Sum(static share => share.Value * share.Key.ReplySeconds)
            );
    }

    /// <summary>From the fewest servers that leave one when the others are away.</summary>
    private static List<PlanChoice> Choices(PlanGroup group, PlanDemand demand)
    {
        var reply = group.Servers.Average(static server => server.ReplySeconds);
        return
        [
            .. Enumerable
                .Range(demand.Redundancy + 1, MostChoices)
                .Select(count =>
                {
                    var each = demand.AtPeak / (count - demand.Redundancy);
                    return new PlanChoice(count, each, ConnectionsFor(each, reply));
                }),
        ];
    }

    /// <summary>Connections that carry a rate while some of them stay free.</summary>
    public static int ConnectionsFor(double rate, double replySeconds) =>
        (int)Math.Clamp(Math.Ceiling((rate * replySeconds / MostLoad) - 1e-9), 1, int.MaxValue);

    private static PlannedFailure Failure(PlanGroup group, PlanDemand demand, PlanServer failed)
    {
        var rest = LoadDivision.Of(group, group.Servers.Where(server => server != failed), demand.AtPeak);
        var queue = rest.Rest * demand.Outage.TotalSeconds;
        var spare = CapacityOf(group, group.Servers) - demand.Average;
        return new PlannedFailure(
            failed.Name,
            rest.Shares.ToDictionary(
                static share => share.Key.Name,
                static share => share.Value / share.Key.Capacity,
                StringComparer.OrdinalIgnoreCase
            ),
            rest.Rest,
            queue,
            queue * demand.Size,
            queue == 0 ? 0
                : spare > 0 ? queue / spare
                : null
        );
    }
}
