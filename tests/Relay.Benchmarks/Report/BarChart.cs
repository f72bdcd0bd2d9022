using System.Text;
using static System.FormattableString;

namespace Relay.Benchmarks.Report;

/// <summary>Panels of horizontal bars as SVG: no outside resources, readable on light and on dark pages.</summary>
internal sealed class BarChart(string title)
{
    private const int Width = 720;
    private const int Left = 110;
    private const int Right = 90;
    private const int BarHeight = 16;
    private const int BarStep = 22;
    private const int PanelHead = 34;

    private const string Style = """
        text { font: 12px system-ui, sans-serif; fill: #333 } .title { font-weight: 600 } .small { font-size: 11px; fill: #666 }
        .end { text-anchor: end } .bar { fill: #7799bb } .own { fill: #ee6677 } .second { opacity: 0.45 }
        @media (prefers-color-scheme: dark) { text { fill: #ddd } .small { fill: #aaa } }
        """;

    private readonly StringBuilder _body = new();
    private int _top = 24;

    /// <summary>Adds a panel; values that are not numbers leave their bar out.</summary>
    /// <param name="heading">What the bars show, with its unit.</param>
    /// <param name="bars">From top to bottom.</param>
    public void Add(string heading, IReadOnlyList<Bar> bars)
    {
        var highest = bars.Max(static bar => double.IsNaN(bar.Value) ? 0 : Math.Max(bar.Value, bar.Second ?? 0));
        _body.Append(Invariant($"<text class=\"small\" x=\"{Left}\" y=\"{_top + PanelHead - 10}\">{heading}</text>\n"));
        _top += PanelHead;
        foreach (var bar in bars)
        {
            AddBar(bar, (Width - Left - Right) / Math.Max(highest, double.Epsilon));
            _top += BarStep;
        }
    }

    public string ToSvg()
    {
        var height = _top + 8;
        return Invariant(
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" role="img" aria-label="{title}">
            <style>{Style}</style>
            <text class="title" x="{Left}" y="18">{title}</text>
            {_body}</svg>

            """
        );
    }

    private void AddBar(Bar bar, double scale)
    {
        var middle = _top + BarHeight - 4;
        _body.Append(Invariant($"<text class=\"end\" x=\"{Left - 8}\" y=\"{middle}\">{bar.Name}</text>\n"));
        if (double.IsNaN(bar.Value))
        {
            return;
        }

        var style = bar.IsOwn || bar.Name.StartsWith("relay", StringComparison.Ordinal) ? "own" : "bar";
        AddBox(style + " second", (bar.Second ?? 0) * scale);
        AddBox(style, bar.Value * scale);
        var end = Left + (Math.Max(bar.Value, bar.Second ?? 0) * scale) + 6;
        var label = Figure.Digits(bar.Value) + (bar.Second is { } second ? " / " + Figure.Digits(second) : "");
        _body.Append(Invariant($"<text class=\"small\" x=\"{end:F1}\" y=\"{middle}\">{label}</text>\n"));
    }

    private void AddBox(string style, double width)
    {
        if (width > 0)
        {
            _body.Append(Invariant($"<rect class=\"{style}\" x=\"{Left}\" y=\"{_top}\" width=\"{width:F1}\" height=\"{BarHeight}\"/>\n"));
        }
    }
}

/// <summary>One bar, with a second, paler one behind it where two figures belong together.</summary>
/// <param name="Name">Stands to its left; one that begins with <c>relay</c> has our colour.</param>
/// <param name="Value">Its length.</param>
/// <param name="Second">The length of the paler one.</param>
/// <param name="IsOwn">Gives our colour to one with another name.</param>
internal readonly record struct Bar(string Name, double Value, double? Second = null, bool IsOwn = false);
