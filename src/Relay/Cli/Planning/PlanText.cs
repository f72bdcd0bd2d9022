using System.Globalization;
using Relay.Cli.Queue;
using static Relay.Cli.Planning.PlanNumbers;

namespace Relay.Cli.Planning;

/// <summary>Prints a plan for people.</summary>
internal sealed class PlanText(TextWriter writer)
{
    public void Write(PlanResult plan, PlanDemand demand)
    {
        var traffic = plan.Traffic;
        writer.WriteLine(
            $"Traffic  {Text(traffic.PerHour)} an hour, {Text(traffic.PerSecond)}/s; at the peak {Text(traffic.PeakPerSecond)}/s, of {Bytes(traffic.Size)} each: {Text(traffic.PeakMegabits)} Mbit/s in, and as much out"
        );
        writer.WriteLine($"Group    {plan.Group}, {plan.Strategy}; N+{traffic.Redundancy.ToString(CultureInfo.InvariantCulture)}");
        writer.WriteLine();
        WriteServers(plan);
        writer.WriteLine();
        WriteChoices(plan);
        writer.WriteLine();
        WriteFailures(plan, demand);
        writer.WriteLine();
        WriteVerdict(plan);
    }

    private void WriteServers(PlanResult plan)
    {
        QueueTable.WriteColumns(
            writer,
            [
                ["UPSTREAM", "TIER", "REPLY", "CONNECTIONS", "TAKES", "LIMITED BY", "QUOTA", "AT PEAK", "BUSY", "LOAD"],
                .. plan.Servers.Select(static server =>
                    (string[])
                        [
                            server.Name,
                            Text(server.Tier),
                            $"{Text(server.ReplyMs)} ms{(server.IsMeasured ? "" : " (assumed)")}",
                            Text(server.Connections),
                            $"{Text(server.Capacity)}/s",
                            server.LimitedBy,
                            QuotaOf(server),
                            $"{Text(server.PerSecond)}/s",
                            Text(server.BusyConnections),
                            Percent(server.Load),
                        ]
                ),
            ]
        );
        writer.WriteLine(
            $"Together they take {Text(plan.Capacity)}/s at the most; at the peak {Percent(plan.ShareThatWaits)} of the messages wait for a connection."
        );
    }

    private static string QuotaOf(PlannedServer server)
    {
        string?[] quotas =
        [
            server.MostPerHour is { } perHour && perHour < server.Capacity * 3600 ? $"{Text(perHour)}/h" : null,
            server.MostPerDay is { } perDay && perDay < server.Capacity * 86_400 ? $"{Text(perDay)}/day" : null,
        ];
        return string.Join(' ', quotas.OfType<string>()) is { Length: > 0 } text ? text : "-";
    }

    private void WriteChoices(PlanResult plan)
    {
        var spare = plan.Traffic.Redundancy;
        writer.WriteLine(
            $"Servers that would do{(spare == 0 ? "" : spare == 1 ? ", one of them away" : $", {Text(spare)} of them away")}:"
        );
        QueueTable.WriteColumns(
            writer,
            [
                ["SERVERS", "EACH TAKES", "CONNECTIONS EACH"],
                .. plan.Choices.Select(static choice =>
                    (string[])[Text(choice.Servers), $"{Text(choice.EachPerSecond)}/s", Text(choice.ConnectionsEach)]
                ),
            ]
        );
    }

    private void WriteFailures(PlanResult plan, PlanDemand demand)
    {
        writer.WriteLine($"When one fails at the peak, for {Duration(demand.Outage.TotalSeconds)}:");
        QueueTable.WriteColumns(
            writer,
            [
                ["FAILS", "NOBODY HAS ROOM FOR", "QUEUE THEN", "GONE AFTER", "LOAD OF THE REST"],
                .. plan.Failures.Select(static failure =>
                    (string[])
                        [
                            failure.Name,
                            failure.WaitingPerSecond == 0 ? "nothing" : $"{Text(failure.WaitingPerSecond)}/s",
                            failure.Queue == 0 ? "-" : $"{Text(Math.Ceiling(failure.Queue))}, {Bytes(failure.QueueBytes)}",
                            failure.Queue == 0 ? "-"
                            : failure.GoneAfterSeconds is { } seconds ? Duration(seconds)
                            : "never",
                            failure.Loads.Count == 0
                                ? "nobody is left"
                                : string.Join(", ", failure.Loads.Select(static load => $"{load.Key} {Percent(load.Value)}")),
                        ]
                ),
            ]
        );
    }

    private void WriteVerdict(PlanResult plan)
    {
        writer.WriteLine(
            plan.Suffices
                ? $"It suffices, up to {Text(Math.Floor(plan.MostPerHour))} an hour."
                : $"IT DOES NOT SUFFICE: only up to {Text(Math.Floor(plan.MostPerHour))} an hour."
        );
        foreach (var line in plan.Advice)
        {
            writer.WriteLine($"  {line}");
        }
    }
}
