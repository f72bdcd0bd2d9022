using System.Globalization;
using System.Text;
using Relay.Benchmarks.Compare;

namespace Relay.Benchmarks.Report;

/// <summary>The tables of <c>compare</c>.</summary>
internal static class MarkdownReport
{
    private static readonly string[] Header =
    [
        "peer",
        "messages/s",
        "÷ direct",
        "CPU s per 1,000",
        "CPU ÷ haproxy",
        "upstream CPU s per 1,000",
        "p50 ms",
        "p99 ms",
        "peak RSS MiB",
        "allocated KiB",
        "others",
    ];

    /// <summary>The tables of all cases that were measured.</summary>
    public static string Write(IReadOnlyList<Case> cases, IReadOnlyList<Run> runs)
    {
        var text = new StringBuilder();
        foreach (var load in cases)
        {
            var figures = PeerFigures.OfCase(runs, load);
            if (figures.Count > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"## {load.Title}\n\n");
                text.Append(MarkdownTable.Write(Header, figures.Select(Row)));
            }
        }

        return text.ToString();
    }

    private static string[] Row(PeerFigures figures) =>
        [
            figures.Peer,
            Figure.WithRange(figures.PerSecond),
            figures.IsDirect ? "1.00" : Figure.Ratio(figures.Against("direct", static run => run.PerSecond)),
            figures.IsDirect ? Figure.None : Figure.WithRange(figures.PeerCpu),
            figures.IsDirect ? Figure.None : Figure.Ratio(figures.Against("haproxy", static run => run.PeerCpu)),
            Figure.Digits(figures.UpstreamCpu),
            Figure.Digits(figures.P50Ms),
            Figure.Digits(figures.P99Ms),
            figures.IsDirect ? Figure.None : Figure.Digits(figures.PeakMiB),
            Figure.Digits(figures.AllocatedKiB),
            Figure.Others(figures.Others),
        ];
}
