using Relay.Cli.Top;

namespace Relay.Tests.Cli.Top;

public sealed class SparklineTests
{
    [TestCase("1 2 4 8", 4, "▂▃▅█")]
    [TestCase("0 8", 4, "  ▁█")]
    [TestCase("9 0 8", 2, "▁█", Description = "the newest are shown")]
    [TestCase("0 0", 2, "▁▁")]
    [TestCase("", 3, "   ")]
    [TestCase("1", 0, "")]
    public void Bars_are_parts_of_the_greatest(string values, int width, string expected)
    {
        double[] numbers =
        [
            .. values
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(static text => double.Parse(text, System.Globalization.CultureInfo.InvariantCulture)),
        ];

        Assert.That(Sparkline.Of(numbers, width), Is.EqualTo(expected));
    }
}
