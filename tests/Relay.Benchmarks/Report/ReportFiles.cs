using System.Text.Json;
using Relay.Benchmarks.Compare;

namespace Relay.Benchmarks.Report;

/// <summary>What is left of a measurement: the tables, every run, and a picture of each case.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static async Task WriteAsync(string folder, string tables, IReadOnlyList<Run> runs)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, "table.md"), tables);
        await File.WriteAllTextAsync(Path.Combine(folder, "runs.json"), JsonSerializer.Serialize(runs, Indented));
    }

    public static async Task DrawAsync(string folder, IReadOnlyList<Case> cases, IReadOnlyList<Run> runs)
    {
        Directory.CreateDirectory(folder);
        foreach (var load in cases)
        {
            var figures = PeerFigures.OfCase(runs, load);
            if (figures.Count > 0)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, load.Name + ".svg"), CaseChart.Draw(load, figures));
            }
        }
    }
}
