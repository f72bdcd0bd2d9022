using Relay.Benchmarks.Load;

namespace Relay.Tests.Benchmarks;

public sealed class LatencyHistogramTests
{
    [Test]
    public void A_percentile_is_never_too_good_and_at_most_a_64th_too_bad()
    {
        foreach (var microseconds in new long[] { 1, 63, 64, 65, 127, 128, 999, 4_097, 250_000, 61_000_000 })
        {
            var histogram = new LatencyHistogram();
            histogram.Add(TimeSpan.FromMicroseconds(microseconds));
            histogram.Add(TimeSpan.FromMinutes(10)); // else the maximum would be the answer

            Assert.That(histogram.PercentileMs(0.5), Is.InRange(microseconds / 1000.0, microseconds * 65 / 64 / 1000.0));
        }
    }

    [Test]
    public void Half_of_all_did_not_exceed_the_median_and_one_in_a_hundred_exceeded_p99()
    {
        var histogram = new LatencyHistogram();
        for (var milliseconds = 1; milliseconds <= 100; milliseconds++)
        {
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
        }

        Assert.That(histogram.PercentileMs(0.5), Is.InRange(50, 50.8));
        Assert.That(histogram.PercentileMs(0.99), Is.InRange(99, 100));
        Assert.That(histogram.PercentileMs(1), Is.EqualTo(100));
    }

    [Test]
    public void The_end_of_a_step_is_not_told_when_nothing_was_that_slow()
    {
        var histogram = new LatencyHistogram();
        histogram.Add(TimeSpan.FromMicroseconds(1_000_001));

        Assert.That(histogram.PercentileMs(0.5), Is.EqualTo(1000.001));
        Assert.That(histogram.Maximum, Is.EqualTo(1_000_001));
    }

    [Test]
    public void Without_a_time_all_is_zero() => Assert.That(new LatencyHistogram().PercentileMs(0.99), Is.Zero);

    [Test]
    public async Task Many_at_once_lose_none()
    {
        const int Each = 20_000;
        var histogram = new LatencyHistogram();
        await Task.WhenAll(Enumerable.Range(1, 4).Select(milliseconds => Task.Run(() => Add(histogram, milliseconds, Each))));

        Assert.That(histogram.PercentileMs(0.25), Is.InRange(1, 1.02));
        Assert.That(histogram.PercentileMs(0.2501), Is.InRange(2, 2.04));
        Assert.That(histogram.PercentileMs(0.75), Is.InRange(3, 3.06));
        Assert.That(histogram.PercentileMs(0.7501), Is.EqualTo(4));
    }

    private static void Add(LatencyHistogram histogram, int milliseconds, int times)
    {
        for (var number = 0; number < times; number++)
        {
            histogram.Add(TimeSpan.FromMilliseconds(milliseconds));
        }
    }
}
