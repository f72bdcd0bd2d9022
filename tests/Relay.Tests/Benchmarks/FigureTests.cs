using Relay.Benchmarks.Report;

namespace Relay.Tests.Benchmarks;

public sealed class FigureTests
{
    [TestCase(12345.6, "12,346")]
    [TestCase(99.96, "100.0")]
    [TestCase(45.26, "45.3")]
    [TestCase(1.006, "1.01")]
    [TestCase(0.2014, "0.201")]
    [TestCase(double.NaN, "–")]
    public void A_number_has_about_three_digits(double value, string text) => Assert.That(Figure.Digits(value), Is.EqualTo(text));

    [Test]
    public void Of_several_runs_the_lowest_and_the_highest_are_told_too()
    {
        Assert.That(Figure.WithRange([3, 1, 2]), Is.EqualTo("2.00 (1.00–3.00)"));
        Assert.That(Figure.WithRange([2]), Is.EqualTo("2.00"));
    }

    [TestCase(0, "0 %")]
    [TestCase(0.1, "10 %")]
    [TestCase(0.12, "**12 %**")]
    public void Others_that_use_more_than_a_tenth_are_bold(double share, string text) =>
        Assert.That(Figure.Others(share), Is.EqualTo(text));
}
