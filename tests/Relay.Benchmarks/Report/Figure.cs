using System.Globalization;
using Relay.Benchmarks.Processes;

namespace Relay.Benchmarks.Report;

/// <summary>Numbers as the tables write them. What is not a number is a dash.</summary>
internal static class Figure
{
    public const string None = "–";

    /// <summary>About three digits that mean something.</summary>
    public static string Digits(double value) =>
        double.IsNaN(value)
            ? None
            : value.ToString(
                value switch
                {
                    >= 100 => "N0",
                    >= 10 => "F1",
                    >= 1 => "F2",
                    _ => "F3",
                },
                CultureInfo.InvariantCulture
            );

    /// <summary>The median and, of several, the lowest and the highest.</summary>
    public static string WithRange(IEnumerable<double> values)
    {
        var all = values.ToArray();
        return all.Length == 1 ? Digits(all[0]) : $"{Digits(Median.Of(all))} ({Digits(all.Min())}–{Digits(all.Max())})";
    }

    public static string Ratio(double value) => double.IsNaN(value) ? None : value.ToString("F2", CultureInfo.InvariantCulture);

    /// <summary>How much of the machine others used. More than a tenth makes figures doubtful, and is bold.</summary>
    public static string Others(double share)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"{Math.Round(share * 100):F0} %");
        return share > OtherLoad.Bearable ? $"**{text}**" : text;
    }
}
