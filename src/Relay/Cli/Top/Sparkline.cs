namespace Relay.Cli.Top;

/// <summary>A row of bars, one a figure.</summary>
internal static class Sparkline
{
    private const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>The greatest of them is a full bar; nothing at all is the lowest.</summary>
    /// <param name="values">None of them negative.</param>
    /// <param name="width">The line is filled up with blanks at its beginning.</param>
    public static string Of(ReadOnlySpan<double> values, int width)
    {
        if (width <= 0)
        {
            return "";
        }

        var shown = values.Length > width ? values[^width..] : values;
        var most = 0.0;
        foreach (var value in shown)
        {
            most = Math.Max(most, value);
        }

        Span<char> line = new char[width];
        line.Fill(' ');
        for (var index = 0; index < shown.Length; index++)
        {
            var height = most == 0 ? 0 : (int)Math.Ceiling(shown[index] / most * (Bars.Length - 1));
            line[width - shown.Length + index] = Bars[Math.Clamp(height, 0, Bars.Length - 1)];
        }

        return line.ToString();
    }
}
