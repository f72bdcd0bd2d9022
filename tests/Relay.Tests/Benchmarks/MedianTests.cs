using Relay.Benchmarks.Report;

namespace Relay.Tests.Benchmarks;

public sealed class MedianTests
{
    [Test]
    public void Of_an_odd_number_it_is_the_middle_one() => Assert.That(Median.Of([9, 1, 5]), Is.EqualTo(5));

    [Test]
    public void Of_an_even_number_it_lies_between_the_two_in_the_middle() => Assert.That(Median.Of([4, 100, 1, 2]), Is.EqualTo(3));

    [Test]
    public void Of_nothing_it_is_no_number() => Assert.That(Median.Of([]), Is.NaN);
}
