using System.Text.Json;

namespace Relay.Benchmarks.Report;

/// <summary>What is left of a measurement: the tables, every run, and the plots.</summary>
internal static class ReportFiles
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <param name="folder">Is made when it is not there.</param>
    /// <param name="prefix">Of the file names: several commands may write to one folder.</param>
    /// <param name="tables">For <c>table.md</c>.</param>
    /// <param name="runs">For <c>runs.json</c>.</param>
    public static async Task WriteAsync<T>(string folder, string prefix, string tables, IReadOnlyList<T> runs)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, prefix + "table.md"), tables);
        await File.WriteAllTextAsync(Path.Combine(folder, prefix + "runs.json"), JsonSerializer.Serialize(runs, Indented));
    }

    public static async Task DrawAsync(string folder, string name, string svg)
    {
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, name + ".svg"), svg);
    }
}
