using System.Globalization;
using Microsoft.AspNetCore.Components;

namespace Relay.Dashboard.Components;

/// <summary>Lines over the last while, drawn by ourselves: a library would weigh more than all of the dashboard.</summary>
public sealed partial class Chart
{
    private const int Top = 16;
    private const int Plot = 134;
    private const int MostPoints = 200;

    private double _most = 1;
    private IReadOnlyList<string> _points = [];

    [Parameter, EditorRequired]
    public string Title { get; set; } = "";

    /// <summary>At most three: there are no more colours.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<ChartLine> Lines { get; set; } = [];

    /// <summary>How long ago the first value was.</summary>
    [Parameter, EditorRequired]
    public string Span { get; set; } = "";

    [Parameter, EditorRequired]
    public Func<double, string> Format { get; set; } = Show.Number;

    /// <summary>The same for who cannot see it.</summary>
    private string Description =>
        $"{Title} over the last {Span}: "
        + string.Join(
            "; ",
            Lines.Select(line => $"{line.Name} now {Format(line.Last)}, at most {Format(line.Values.DefaultIfEmpty().Max())}")
        );

    protected override void OnParametersSet()
    {
        var lines = Lines.Select(static line => Polyline.Thin(line.Values, MostPoints)).ToList();
        _most = Polyline.RoundUp(lines.SelectMany(static values => values).DefaultIfEmpty().Max());
        _points = [.. lines.Select(values => Polyline.Points(values, _most, 600, Plot))];
    }

    private static string Text(double number) => number.ToString("0.#", CultureInfo.InvariantCulture);
}
