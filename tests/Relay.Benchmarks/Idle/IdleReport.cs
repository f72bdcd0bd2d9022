using Relay.Benchmarks.Report;
using static System.FormattableString;

namespace Relay.Benchmarks.Idle;

/// <summary>The table and the picture of <c>idle</c>.</summary>
internal static class IdleReport
{
    private static readonly string[] Header = ["peer", "connections", "RSS before MiB", "RSS after MiB", "KiB per connection"];

    public static string Write(IReadOnlyList<IdleRun> runs) =>
        "## Idle connections after EHLO\n\n" + MarkdownTable.Write(Header, Groups(runs).Select(Row));

    public static string Draw(IReadOnlyList<IdleRun> runs)
    {
        var chart = new BarChart("Idle connections after EHLO");
        chart.Add("KiB of resident memory per connection: less is better", [.. Groups(runs).Select(BarOf)]);
        return chart.ToSvg();
    }

    private static IEnumerable<IdleRun[]> Groups(IReadOnlyList<IdleRun> runs) =>
        runs.GroupBy(static run => run.Peer, StringComparer.Ordinal).Select(static group => group.ToArray());

    private static Bar BarOf(IdleRun[] own) => new(own[0].Peer, Median.Of(own.Select(static run => run.KiBPerConnection)));

    private static string[] Row(IdleRun[] own) =>
        [
            own[0].Peer,
            Invariant($"{own[0].Connections:N0}"),
            Figure.WithRange(own.Select(static run => run.BeforeMiB)),
            Figure.WithRange(own.Select(static run => run.AfterMiB)),
            Figure.WithRange(own.Select(static run => run.KiBPerConnection)),
        ];
}
