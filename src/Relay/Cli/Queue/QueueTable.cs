using System.Globalization;
using Relay.Admin.Queue;

namespace Relay.Cli.Queue;

/// <summary>Prints rows of the queue for people, in columns as wide as they need.</summary>
internal static class QueueTable
{
    private static readonly string[] Titles = ["ID", "STATE", "GROUP", "RECEIVED", "DUE", "RUNS", "SIZE", "SENDER", "RECIPIENTS", "REASON"];

    public static void Write(TextWriter writer, IReadOnlyList<QueueItem> items) => WriteColumns(writer, [Titles, .. items.Select(Row)]);

    /// <summary>Rows of cells, the first of them titles.</summary>
    public static void WriteColumns(TextWriter writer, string[][] rows)
    {
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            writer.WriteLine(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
        }
    }

    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Words of clients and servers: nothing in them reaches the terminal as a command to it.</summary>
    public static string Plain(string text) =>
        text.Any(char.IsControl) ? string.Create(text.Length, text, static (plain, given) => Clean(given, plain)) : text;

    private static void Clean(string given, Span<char> plain)
    {
        for (var index = 0; index < given.Length; index++)
        {
            plain[index] = char.IsControl(given[index]) ? ' ' : given[index];
        }
    }

    private static string[] Row(QueueItem item) =>
        [
            item.Id,
            item.State,
            item.Group,
            Text(item.ReceivedAt),
            item.State is "waiting" or "uncertain" ? Text(item.DueAt) : "",
            Text(item.Runs),
            Text(item.Size),
            item.Sender.Length == 0 ? "<>" : Plain(item.Sender),
            Recipients(item.Recipients, item.Recipients.Count),
            Plain(item.Reason),
        ];

    /// <summary>The first of them, and how many more there are.</summary>
    public static string Recipients(IReadOnlyList<string> recipients, int count) =>
        recipients switch
        {
            [] => "",
            [var only] when count == 1 => Plain(only),
            [var first, ..] => $"{Plain(first)} and {Text(count - 1)} more",
        };
}
