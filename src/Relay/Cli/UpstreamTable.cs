using System.Globalization;
using Relay.Admin;
using Relay.Cli.Queue;
using Relay.Core.Upstreams.Pace;

namespace Relay.Cli;

/// <summary>Prints upstreams for people, in columns as wide as they need.</summary>
internal static class UpstreamTable
{
    private static readonly string[] Titles =
    [
        "UPSTREAM",
        "ADDRESS",
        "TIER",
        "WEIGHT",
        "STATE",
        "IN FLIGHT",
        "DELIVERED",
        "DEFERRED",
        "REJECTED",
        "FAILED",
        "UNCERTAIN",
        "MS",
        "PACE",
        "REASON",
    ];

    public static void Write(TextWriter writer, IReadOnlyList<UpstreamItem> upstreams)
    {
        string[][] rows = [Titles, .. upstreams.Select(Row)];
        var widths = Enumerable.Range(0, Titles.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            writer.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    private static string[] Row(UpstreamItem upstream) =>
        [
            $"{upstream.Group}/{upstream.Name}",
            upstream.Address,
            Text(upstream.Priority),
            upstream.AgentPercent == 100 ? Text(upstream.Weight) : $"{Text(upstream.Weight)} x {Text(upstream.AgentPercent)}%",
            upstream.State,
            Text(upstream.InFlight),
            Text(upstream.Delivered),
            Text(upstream.Deferred),
            Text(upstream.Rejected),
            Text(upstream.Failed),
            Text(upstream.Uncertain),
            Text(upstream.LatencyMs),
            PaceOf(upstream),
            QueueTable.Plain(upstream.Reason),
        ];

    /// <summary>Its rates, and behind a tilde what it is thought to take in a second.</summary>
    private static string PaceOf(UpstreamItem upstream)
    {
        var learned = upstream.LearnedPerSecond is { } rate ? $"~{Text(rate)}/s" : "";
        var words = upstream.Pace.Select(Pace).Append(learned).Where(static word => word.Length > 0);
        return string.Join(' ', words) is { Length: > 0 } pace ? pace : "-";
    }

    /// <summary><c>7/14/s</c>: seven of fourteen are used; recipients are marked.</summary>
    private static string Pace(PaceItem pace) =>
        string.Create(CultureInfo.InvariantCulture, $"{pace.Used}/{pace.Rate}{(pace.Unit == PaceReading.Recipients ? "(rcpt)" : "")}");

    private static string Text(IFormattable number) => number.ToString(null, CultureInfo.InvariantCulture);
}
