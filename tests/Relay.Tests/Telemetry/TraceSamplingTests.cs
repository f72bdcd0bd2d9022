using Relay.Core.Configuration;
using Relay.Core.Telemetry;
using Relay.TestKit;

namespace Relay.Tests.Telemetry;

public sealed class TraceSamplingTests
{
    private readonly TestClock _time = new();

    [Test]
    public void Each_is_chosen_until_the_bound_of_the_second_is_reached()
    {
        var sampling = Sampling(new TelemetryOptions { TracesPerSecond = 20 });

        Assert.That(Chosen(sampling, 1000), Is.EqualTo(20));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Chosen(sampling, 15), Is.EqualTo(15));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(Chosen(sampling, 1000), Is.EqualTo(20));
    }

    [Test]
    public void Without_a_bound_it_is_the_share_alone()
    {
        var sampling = Sampling(new TelemetryOptions { SampleRatio = 0.25, TracesPerSecond = 0 });

        Assert.That(Chosen(sampling, 10_000), Is.InRange(2300, 2700));
    }

    [Test]
    public void A_share_of_nothing_chooses_nobody() =>
        Assert.That(Chosen(Sampling(new TelemetryOptions { SampleRatio = 0 }), 1000), Is.Zero);

    private TraceSampling Sampling(TelemetryOptions options) => new(options, new Random(1), _time);

    private static int Chosen(TraceSampling sampling, int messages) => Enumerable.Range(0, messages).Count(_ => sampling.Chooses());
}
