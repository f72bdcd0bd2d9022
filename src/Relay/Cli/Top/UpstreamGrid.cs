using System.Globalization;
using Relay.Cli.Queue;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Relay.Cli.Top;

/// <summary>The table of upstreams. Names and bars share what the figures leave of the width.</summary>
internal sealed class UpstreamGrid(int width)
{
    private const int LeastName = 12;
    private const int LongestName = 32;

    private static readonly (string Title, int Width)[] Figures =
    [
        ("STATE", 11),
        ("WT", 4),
        ("/S", 6),
        ("FLY", 4),
        ("CONN", 4),
        ("MS", 6),
        ("SHARE", 5),
        ("PACE", 7),
    ];

    public IRenderable Of(IReadOnlyList<UpstreamRow> rows, string? chosen)
    {
        var rest = Math.Max(0, width - 2 - Figures.Sum(static figure => figure.Width + 1));
        var name = Math.Clamp(
            rows.Count == 0 ? LeastName : rows.Max(static row => row.Key.Length),
            LeastName,
            Math.Clamp(rest * 2 / 3, LeastName, LongestName)
        );
        var bars = Math.Max(0, rest - name - 1);
        var table = new Table().NoBorder();
        Column(table, "", 1);
        Column(table, "UPSTREAM", name);
        Array.ForEach(Figures, figure => Column(table, figure.Title, figure.Width));
        Column(table, bars < 7 ? "" : "HISTORY", Math.Max(1, bars));
        foreach (var row in rows)
        {
            table.AddRow(Cells(row, row.Key == chosen, name, bars));
        }

        return table;
    }

    private static void Column(Table table, string title, int width) =>
        table.AddColumn(
            new TableColumn(new Text(title, new Style(decoration: Decoration.Bold)))
            {
                Width = width,
                NoWrap = true,
                Padding = new Padding(0, 0, width == 1 ? 0 : 1, 0),
            }
        );

    private static IEnumerable<IRenderable> Cells(UpstreamRow row, bool isChosen, int name, int bars)
    {
        var item = row.Item;
        yield return new Text(isChosen ? ">" : " ");
        yield return Cell(row.Key, name, isChosen ? new Style(decoration: Decoration.Invert) : Style.Plain);
        yield return Cell(item.State, 11, new Style(ColourOf(item.State)));
        yield return Cell(item.Weight.ToString(CultureInfo.InvariantCulture), 4);
        yield return Cell(TopPage.Number(row.PerSecond), 6);
        yield return Cell(item.InFlight.ToString(CultureInfo.InvariantCulture), 4);
        yield return Cell(item.Connections.ToString(CultureInfo.InvariantCulture), 4);
        yield return Cell(TopPage.Number(item.LatencyMs), 6);
        yield return Cell(row.Share is { } share ? $"{TopPage.Number(Math.Round(share * 100))} %" : "-", 5);
        yield return Cell(PaceOf(row), 7);
        yield return new Text(Sparkline.Of(row.Rates, bars), new Style(Color.Blue));
    }

    private static Text Cell(string text, int width, Style? style = null) =>
        new(QueueTable.Plain(text.Length <= width ? text : string.Concat(text.AsSpan(0, width - 1), "…")), style ?? Style.Plain);

    private static string PaceOf(UpstreamRow row) =>
        row.Item.LearnedPerSecond is { } learned ? $"~{TopPage.Number(learned)}/s"
        : row.Item.PacePerSecond is { } pace ? $"{TopPage.Number(pace)}/s"
        : "-";

    private static Color ColourOf(string state) =>
        state switch
        {
            "healthy" => Color.Green,
            "slowStart" or "throttled" or "draining" or "maintenance" => Color.Yellow,
            _ => Color.Red,
        };
}
