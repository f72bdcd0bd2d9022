using System.Globalization;

namespace Relay.Cli.Planning;

/// <summary>What to change when servers do not suffice, in words.</summary>
internal static class PlanAdvice
{
    public static IReadOnlyList<string> For(PlanGroup group, PlanDemand demand, PlanReserve reserve)
    {
        var lacking = demand.AtPeak - reserve.PerSecond;
        List<string> lines = [];
        if (lacking > demand.AtPeak * 1e-9)
        {
            lines.Add(
                Text(
                    $"At the peak {Number(demand.AtPeak)}/s come; {Loss(demand.Redundancy)} {(demand.Redundancy == 0 ? "the servers" : "the rest")} take {Number(reserve.PerSecond)}/s with a fifth of the connections free."
                )
            );
            lines.AddRange(AboutServers(group, demand, reserve, lacking));
            if (!group.Spills && PlanReserve.Of(group with { Spills = true }, demand.Redundancy).PerSecond >= demand.AtPeak)
            {
                lines.Add("It would suffice if the next tier helped while the first is full: \"SpillAt\" of the group, 0.8 for instance.");
            }
        }

        AddQuota(lines, "an hour", demand.PerHour, reserve.PerHour);
        AddQuota(lines, "a day", demand.PerDay, reserve.PerDay);
        return lines;
    }

    private static IEnumerable<string> AboutServers(PlanGroup group, PlanDemand demand, PlanReserve reserve, double lacking)
    {
        var left = reserve.Left;
        var canRaise = left.Count > 0 && left.Sum(static server => server.MostPerSecond) >= demand.AtPeak;
        if (canRaise)
        {
            var scale = demand.AtPeak / reserve.PerSecond;
            var most = left.Max(server =>
                Planner.ConnectionsFor(Math.Min(server.Usable * scale, server.MostPerSecond), server.ReplySeconds)
            );
            yield return Text($"Raise Connections to {most} each, if the servers bear it, or");
        }
        else
        {
            foreach (var server in group.Servers.Where(static server => server.MostPerSecond < server.ByConnections))
            {
                yield return Text(
                    $"{server.Name} is held back by its rate of {Number(server.MostPerSecond)}/s: more connections do not help."
                );
            }
        }

        var model = group
            .Servers.Where(static server => server.Tier == 0)
            .DefaultIfEmpty(group.Servers[0])
            .MaxBy(static server => server.Usable)!;
        var more = (int)Math.Max(1, Math.Ceiling((lacking / model.Usable) - 1e-9));
        yield return Text(
            $"{(canRaise ? "add" : "Add")} {more} {(more == 1 ? "server" : "servers")} such as {model.Name} ({Number(model.Usable)}/s), or lower what has to be borne (--redundancy, --peak)."
        );
    }

    private static void AddQuota(List<string> lines, string window, double wanted, double most)
    {
        if (wanted > most * (1 + 1e-9))
        {
            lines.Add(
                Text(
                    $"Quotas allow {Number(most)} messages {window}, and {Number(wanted)} are expected: have them raised, or add an account."
                )
            );
        }
    }

    private static string Loss(int servers) =>
        servers switch
        {
            0 => "with all of them there",
            1 => "without the one that is missed most",
            _ => Text($"without the {servers} that are missed most"),
        };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Number(double number) => PlanNumbers.Text(number);
}
