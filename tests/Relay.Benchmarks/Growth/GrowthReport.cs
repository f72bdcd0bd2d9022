using System.Globalization;
using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Report;

namespace Relay.Benchmarks.Growth;

/// <summary>The table of <c>growth</c>.</summary>
internal static class GrowthReport
{
    private static readonly string[] Header =
    [
        "sessions",
        "upstreams",
        "routes",
        "CPU s per 1,000",
        "÷ base",
        "messages/s",
        "peak RSS MiB",
        "allocated KiB",
        "others",
    ];

    public static string Write(IReadOnlyList<GrowthPoint> points, IReadOnlyList<Run> runs) =>
        "## Growth: kept-open sessions, 4 KiB\n\n"
        + MarkdownTable.Write(Header, points.Select(point => Row(point, new PeerFigures(runs, point.Name))))
        + Remarks.Write([], runs.Select(static run => run.Others));

    private static string[] Row(GrowthPoint point, PeerFigures figures) =>
        [
            Number(point.Sessions),
            Number(point.Upstreams),
            Number(point.Routes),
            Figure.WithRange(figures.PeerCpu),
            Figure.Ratio(figures.Against(GrowthPoint.BaseName, static run => run.PeerCpu)),
            Figure.WithRange(figures.PerSecond),
            Figure.Digits(figures.PeakMiB),
            Figure.Digits(figures.AllocatedKiB),
            Figure.Others(figures.Others),
        ];

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);
}
