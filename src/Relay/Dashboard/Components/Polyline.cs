using System.Globalization;
using System.Text;

namespace Relay.Dashboard.Components;

/// <summary>Lays figures out as the points of an SVG line.</summary>
internal static class Polyline
{
    /// <param name="values">From left to right over the whole width.</param>
    /// <param name="most">The value at the top.</param>
    /// <param name="width">In the units of the drawing.</param>
    /// <param name="height">In the units of the drawing; y grows downwards.</param>
    /// <returns><c>0,28 1.5,20 …</c></returns>
    public static string Points(IReadOnlyList<double> values, double most, double width, double height)
    {
        var text = new StringBuilder(values.Count * 10);
        for (var index = 0; index < values.Count; index++)
        {
            var x = values.Count == 1 ? width : index * width / (values.Count - 1);
            var y = most <= 0 ? height : height - (Math.Clamp(values[index] / most, 0, 1) * height);
            text.Append(CultureInfo.InvariantCulture, $"{x:0.#},{y:0.#} ");
        }

        return text.ToString().TrimEnd();
    }

    /// <summary>At most so many values: each is the mean of the neighbours it stands for.</summary>
    public static IReadOnlyList<double> Thin(IReadOnlyList<double> values, int most)
    {
        if (values.Count <= most)
        {
            return values;
        }

        var thin = new double[most];
        for (var index = 0; index < most; index++)
        {
            var (first, end) = (index * values.Count / most, (index + 1) * values.Count / most);
            var sum = 0.0;
            for (var at = first; at < end; at++)
            {
                sum += values[at];
            }

            thin[index] = sum / (end - first);
        }

        return thin;
    }

    /// <summary>The next of 1, 2, 5, 10, 20 … above a value: a scale that can be read.</summary>
    public static double RoundUp(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        var power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return (value / power) switch
        {
            <= 1 => power,
            <= 2 => 2 * power,
            <= 5 => 5 * power,
            _ => 10 * power,
        };
    }
}
