using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Report;

namespace Relay.Tests.Benchmarks;

public sealed class MarkdownReportTests
{
    private static readonly Case Load = Case.All[0];

    [Test]
    public void A_row_tells_medians_ratios_within_the_rounds_and_the_worst_disturbance()
    {
        Run[] runs =
        [
            // In the second round the machine was half as fast: for all, so that no ratio changes.
            Measured("direct", 1, perSecond: 10_000, cpu: 0),
            Measured("haproxy", 1, perSecond: 6_000, cpu: 0.1),
            Measured("relay", 1, perSecond: 5_000, cpu: 0.15) with
            {
                Others = 0.02,
                AllocatedBytes = 2048,
                PeakMiB = 90,
            },
            Measured("direct", 2, perSecond: 5_000, cpu: 0),
            Measured("haproxy", 2, perSecond: 3_000, cpu: 0.2),
            Measured("relay", 2, perSecond: 2_500, cpu: 0.3) with
            {
                Others = 0.31,
                AllocatedBytes = 4096,
                PeakMiB = 80,
            },
        ];

        var rows = CellsOf(MarkdownReport.Write([Load], runs));

        Assert.That(
            rows["relay"],
            Is.EqualTo([
                "relay",
                "3,750 (2,500–5,000)",
                "0.50",
                "0.225 (0.150–0.300)",
                "1.50",
                "0.100",
                "3.00",
                "9.00",
                "90.0",
                "3.00",
                "**31 %**",
            ])
        );
        Assert.That(rows["direct"][3..5], Is.EqualTo(["–", "–"]));
        Assert.That(rows["haproxy"][^2..], Is.EqualTo(["–", "0 %"]));
    }

    [Test]
    public void Without_the_peer_to_compare_with_there_is_a_dash_in_place_of_a_ratio()
    {
        var row = CellsOf(MarkdownReport.Write([Load], [Measured("relay", 1, 5_000, 0.2)]))["relay"];

        Assert.That((row[2], row[4]), Is.EqualTo(("–", "–")));
    }

    [Test]
    public void A_case_that_was_not_measured_has_no_table() => Assert.That(MarkdownReport.Write(Case.All, []), Is.Empty);

    [Test]
    public void All_lines_of_a_table_are_equally_long()
    {
        var lines = MarkdownTable
            .Write(
                ["a", "long header"],
                [
                    ["1,234", "x"],
                    ["–", "y"],
                ]
            )
            .TrimEnd()
            .Split('\n');

        Assert.That(lines, Has.Length.EqualTo(4).And.All.Length.EqualTo(lines[0].Length));
        Assert.That(lines[1], Is.EqualTo("|-------|-------------|"));
    }

    private static Run Measured(string peer, int round, double perSecond, double cpu) =>
        new(
            Load.Name,
            peer,
            round,
            1000,
            perSecond,
            cpu,
            UpstreamCpu: 0.1,
            PeakMiB: 16,
            AllocatedBytes: null,
            Others: 0,
            P50Ms: 3,
            P99Ms: 9
        );

    /// <summary>The cells of each row, by the first.</summary>
    private static Dictionary<string, string[]> CellsOf(string report) =>
        report
            .Split('\n')
            .Where(static line => line.StartsWith("| ", StringComparison.Ordinal))
            .Select(static line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .ToDictionary(static cells => cells[0], StringComparer.Ordinal);
}
