using System.Globalization;
using Relay.Cli.Queue;
using Spectre.Console;

namespace Relay.Cli.Top;

/// <summary>Makes the lines of one page for a window of any size; 80 by 24 has room for all columns.</summary>
internal sealed class TopPage(Uri relay, TimeSpan interval, int width, int height)
{
    private const int LinesOfChrome = 9;

    /// <summary>The least that all columns fit into; a narrower window shows the left part of it.</summary>
    private const int LeastWidth = 79;

    public bool HasColours { get; init; }

    public IReadOnlyList<string> Lines(TopModel model, TopKeys keys, DateTimeOffset now)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Ansi = AnsiSupport.Yes,
                ColorSystem = HasColours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
                Out = new AnsiConsoleOutput(writer),
            }
        );
        console.Profile.Width = Room;
        console.Profile.Capabilities.Unicode = true;
        WriteHead(console, model, now);
        WriteTable(console, model.Rows(keys.Order), keys);
        WriteFoot(console, model.Rows(keys.Order), keys);
        var lines = writer.ToString().TrimEnd('\n').Split('\n').Take(Math.Max(1, height - 1));
        return [.. lines.Select(line => StyledText.Cut(line, width - 1))];
    }

    private void WriteHead(IAnsiConsole console, TopModel model, DateTimeOffset now)
    {
        var state =
            model.Trouble is { } trouble ? ("[red]", trouble)
            : model.Reading is null ? ("[yellow]", "asking …")
            : model.Reading.Readiness.Reason is { } reason ? ("[red]", $"not ready: {reason}")
            : ("[green]", "ready");
        Line(console, $"[bold]relay[/] {Cut(relay.ToString(), 40)} {Time(now)}, every {Number(interval.TotalSeconds)} s");
        Line(console, $"{state.Item1}{Cut(state.Item2, Room)}[/]{AgeOf(model, now)}");
        var (figures, metrics) = (model.Figures, model.Reading?.Metrics ?? MetricsReading.Empty);
        Line(
            console,
            $"a second: accepted [bold]{Number(figures.Accepted)}[/]  deferred {Number(figures.Deferred)}  rejected {Number(figures.Rejected)}  delivered [bold]{Number(figures.Delivered)}[/]  failed {Number(figures.Failed)}"
        );
        Line(
            console,
            $"latency: half {Milliseconds(figures.Median)}, 95 % {Milliseconds(figures.Slow)}  sessions {Number(metrics.Sessions)}  queue {Queue(metrics)}"
        );
        Line(console, $"[blue]{Sparkline.Of(model.Delivered.Last(Room), Room)}[/]");
    }

    private void WriteTable(IAnsiConsole console, IReadOnlyList<UpstreamRow> rows, TopKeys keys)
    {
        var room = Math.Max(1, height - 1 - LinesOfChrome);
        var chosen = keys.IndexIn(rows);
        var first = Math.Clamp(chosen - (room / 2), 0, Math.Max(0, rows.Count - room));
        console.Write(new UpstreamGrid(Room).Of([.. rows.Skip(first).Take(room)], rows.Count == 0 ? null : rows[chosen].Key));
    }

    private void WriteFoot(IAnsiConsole console, IReadOnlyList<UpstreamRow> rows, TopKeys keys)
    {
        var chosen = rows.Count == 0 ? null : rows[keys.IndexIn(rows)];
        Line(
            console,
            chosen is null ? "" : $"[bold]{Cut(chosen.Key, 40)}[/] {Cut(Detail(chosen), Math.Max(0, Room - chosen.Key.Length - 1))}"
        );
        Line(console, keys.Question is { } question ? $"[yellow]{Cut(question, Room)}[/]" : Cut(keys.Note, Room));
        Line(
            console,
            $"[dim]{Cut($"q quit  ↑↓ choose  d drain  r resume  w weight  s sort: {keys.Order.ToString().ToLowerInvariant()}", Room)}[/]"
        );
    }

    /// <summary>A letter in the last column would begin another line.</summary>
    private int Room => Math.Max(LeastWidth, width - 1);

    private static void Line(IAnsiConsole console, string markup) => console.Write(new Markup(markup + "\n") { Overflow = Overflow.Crop });

    private static string Detail(UpstreamRow row)
    {
        var since = row.Item.Since is { } time ? $" since {Time(time)}" : "";
        var reason = row.Item.Reason.Length > 0 ? $": {row.Item.Reason}" : "";
        return $"{row.Item.Address}, {row.Item.State}{since}{reason}";
    }

    private static string AgeOf(TopModel model, DateTimeOffset now) =>
        model.Trouble is not null && model.Reading is { } last ? $" [dim](below: {Number((now - last.At).TotalSeconds)} s ago)[/]" : "";

    private static string Queue(MetricsReading metrics)
    {
        var states = metrics.Queue.Where(static state => state.Value > 0).Select(state => $"{Number(state.Value)} {state.Key}").ToList();
        return states.Count == 0 ? "empty" : $"{Markup.Escape(string.Join(", ", states))}, oldest {Number(metrics.OldestSeconds)} s";
    }

    private static string Milliseconds(double? seconds) => seconds is { } value ? $"{Number(value * 1000)} ms" : "-";

    /// <summary>A decimal where there is little to show.</summary>
    internal static string Number(double value) => value.ToString(value is > 0 and < 100 ? "0.#" : "0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Words of servers are no markup and no commands to the terminal, and end where the line does.</summary>
    private static string Cut(string text, int room) =>
        Markup.Escape(QueueTable.Plain(text.Length <= room ? text : string.Concat(text.AsSpan(0, Math.Max(0, room - 1)), "…")));
}
