using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Reception;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Live;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Live;

internal sealed class TrafficSamplerTests
{
    [Test]
    public async Task Rates_are_what_came_in_the_last_second()
    {
        await using var relay = PipelineFixture.Of("a");
        using var sessions = new SessionRegistry(relay.Heartbeat);
        var sampler = await StartAsync(relay, sessions);
        for (var number = 0; number < 10; number++)
        {
            await relay.SendAsync("to@example.org");
        }

        relay.Time.Advance(TimeSpan.FromSeconds(1));

        var traffic = sampler.Current.Traffic;
        Assert.That((traffic.Messages, traffic.Delivered, traffic.Deferred), Is.EqualTo((10, 10, 0)));
        Assert.That(traffic.Bytes, Is.Positive);
        Assert.That(traffic.P50, Is.Not.Null);
        var upstream = sampler.Current.Upstreams.Single();
        Assert.That((upstream.Name, upstream.PerSecond, upstream.Share), Is.EqualTo(("a", 10, 1)));

        relay.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(sampler.Current.Traffic.Messages, Is.Zero);
        Assert.That(sampler.Current.Traffic.P50, Is.Null);
    }

    [Test]
    public async Task The_last_hour_is_kept_and_read_in_as_many_points_as_are_wanted()
    {
        await using var relay = PipelineFixture.Of("a");
        using var sessions = new SessionRegistry(relay.Heartbeat);
        var sampler = await StartAsync(relay, sessions);
        var told = 0;
        sampler.Changed += _ => told++;
        for (var second = 0; second < TrafficHistory.Seconds + 100; second++)
        {
            relay.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(told, Is.EqualTo(TrafficHistory.Seconds + 100), "once a second");
        Assert.That(sampler.History.Last(TrafficHistory.Seconds, TrafficHistory.Seconds), Has.Count.EqualTo(TrafficHistory.Seconds));
        Assert.That(sampler.History.Last(TrafficHistory.Seconds, 60), Has.Count.EqualTo(60));
        Assert.That(sampler.History.Last(10, 100), Has.Count.EqualTo(10));
        Assert.That(sampler.RatesOf("default", "A"), Has.Count.EqualTo(360));
    }

    [TestCase(0.5, 10)]
    [TestCase(0.95, 100)]
    public void A_percentile_is_the_time_that_so_many_stayed_within(double share, double expected)
    {
        var meter = new TrafficMeter();
        var before = meter.Read();
        for (var number = 0; number < 100; number++)
        {
            meter.Answered(new Core.Messages.SmtpReply(250, null, "OK"), 1, TimeSpan.FromMilliseconds(number < 90 ? 10 : 100));
        }

        Assert.That(LatencyScale.Percentile(before.Latencies, meter.Read().Latencies, share), Is.EqualTo(expected).Within(20).Percent);
    }

    private static async Task<TrafficSampler> StartAsync(PipelineFixture relay, SessionRegistry sessions)
    {
        var states = new UpstreamHistory(relay.Topology, relay.Time);
        var sampler = new TrafficSampler(
            relay.Topology,
            new NoSpool(),
            sessions,
            relay.Metrics,
            states,
            relay.Heartbeat,
            relay.Time,
            NullLogger<TrafficSampler>.Instance
        );
        await sampler.StartAsync(CancellationToken.None);
        return sampler;
    }
}
