using System.Text;

namespace Relay.Benchmarks.Report;

/// <summary>A table in Markdown whose columns stand one below the other, so that it can also be read as it is.</summary>
internal static class MarkdownTable
{
    /// <param name="header">What the columns are called.</param>
    /// <param name="rows">Each with as many cells.</param>
    public static string Write(IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows)
    {
        IReadOnlyList<string>[] lines = [header, .. rows];
        var widths = header.Select((_, column) => lines.Max(line => line[column].Length)).ToArray();
        var text = new StringBuilder();
        for (var index = 0; index < lines.Length; index++)
        {
            text.Append("| ").AppendJoin(" | ", lines[index].Select((cell, column) => cell.PadRight(widths[column]))).Append(" |\n");
            if (index == 0)
            {
                text.Append('|').AppendJoin('|', widths.Select(static width => new string('-', width + 2))).Append("|\n");
            }
        }

        return text.Append('\n').ToString();
    }
}
