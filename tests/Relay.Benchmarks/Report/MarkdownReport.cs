using System.Globalization;
using System.Text;
using Relay.Benchmarks.Compare;

namespace Relay.Benchmarks.Report;

/// <summary>The tables, in Markdown that can also be read as it is.</summary>
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
                AppendTable(text, [Header, .. figures.Select(Row)]);
            }
        }

        return text.ToString();
    }

    private static string[] Row(PeerFigures figures) =>
        [
            figures.Peer,
            WithRange(figures.PerSecond),
            figures.IsDirect ? "1.00" : Ratio(figures.Against("direct", static run => run.PerSecond)),
            figures.IsDirect ? "–" : WithRange(figures.PeerCpu),
            figures.IsDirect ? "–" : Ratio(figures.Against("haproxy", static run => run.PeerCpu)),
            Digits(figures.UpstreamCpu),
            Digits(figures.P50Ms),
            Digits(figures.P99Ms),
            figures.IsDirect ? "–" : Digits(figures.PeakMiB),
        ];

    private static void AppendTable(StringBuilder text, IReadOnlyList<string[]> rows)
    {
        var widths = Enumerable.Range(0, Header.Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        for (var index = 0; index < rows.Count; index++)
        {
            text.Append("| ").AppendJoin(" | ", rows[index].Select((cell, column) => cell.PadRight(widths[column]))).Append(" |\n");
            if (index == 0)
            {
                text.Append('|').AppendJoin('|', widths.Select(static width => new string('-', width + 2))).Append("|\n");
            }
        }

        text.Append('\n');
    }

    private static string WithRange(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return all.Length == 1 ? Digits(all[0]) : $"{Digits(Median.Of(all))} ({Digits(all.Min())}–{Digits(all.Max())})";
    }

    private static string Ratio(double value) => double.IsNaN(value) ? "–" : value.ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>About three digits that mean something.</summary>
    public static string Digits(double value) =>
        double.IsNaN(value)
            ? "–"
            : value.ToString(
                value switch
                {
                    >= 100 => "N0",
                    >= 10 => "F1",
                    >= 1 => "F2",
                    _ => "F3",
                },
                CultureInfo.InvariantCulture
            );
}
