using Relay.Benchmarks.Report;
using static System.FormattableString;

namespace Relay.Benchmarks.Wan;

/// <summary>The table and the picture of <c>wan</c>.</summary>
internal static class WanReport
{
    private static readonly string[] Header = ["upstream offers", "peer", "client speaks", "p50 ms", "p99 ms", "CPU s per 1,000", "others"];

    public static string Write(WanOptions options, IReadOnlyList<WanRun> runs) =>
        Invariant($"## {Title(options)}\n\n")
        + MarkdownTable.Write(Header, Groups(runs).Select(Row))
        + Remarks.Write([], runs.Select(static run => run.Others));

    public static string Draw(WanOptions options, IReadOnlyList<WanRun> runs)
    {
        var chart = new BarChart(Title(options));
        foreach (var kind in Groups(runs).GroupBy(static own => own[0].Chunking))
        {
            var heading = Invariant($"latency in ms, p50 / p99 behind it; the upstream offers {Offer(kind.Key)}: less is better");
            chart.Add(heading, [.. kind.Select(static own => new Bar(own[0].Peer, P50(own), P99(own)))]);
        }

        return chart.ToSvg();
    }

    private static string Title(WanOptions options) =>
        Invariant(
            $"Upstream {options.RoundTrip.TotalMilliseconds:0.#} ms away, a connection per message, {options.Sessions} sessions, 4 KiB"
        );

    private static IEnumerable<WanRun[]> Groups(IReadOnlyList<WanRun> runs) =>
        runs.GroupBy(static run => (run.Chunking, run.Peer)).Select(static group => group.ToArray());

    private static string[] Row(WanRun[] own) =>
        [
            Offer(own[0].Chunking),
            own[0].Peer,
            own[0].Peer == "haproxy" ? "STARTTLS, AUTH" : "plain SMTP",
            Figure.WithRange(own.Select(static run => run.P50Ms)),
            Figure.WithRange(own.Select(static run => run.P99Ms)),
            Figure.WithRange(own.Select(static run => run.PeerCpu)),
            Figure.Others(own.Max(static run => run.Others)),
        ];

    private static string Offer(bool chunking) => chunking ? "PIPELINING, CHUNKING" : "PIPELINING";

    private static double P50(WanRun[] own) => Median.Of(own.Select(static run => run.P50Ms));

    private static double P99(WanRun[] own) => Median.Of(own.Select(static run => run.P99Ms));
}
