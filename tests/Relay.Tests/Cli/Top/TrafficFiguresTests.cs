using Relay.Cli.Top;
using static Relay.Tests.Cli.Top.TopReadings;

namespace Relay.Tests.Cli.Top;

public sealed class TrafficFiguresTests
{
    private const string Before = """
        # HELP relay_sessions x
        relay_sessions 4
        relay_messages_received_total{listener="a",outcome="accepted"} 100
        relay_messages_received_total{listener="b",outcome="accepted"} 10
        relay_delivery_duration_seconds_bucket{group="g",phase="transaction",upstream="u",le="0.1"} 50
        relay_delivery_duration_seconds_bucket{group="g",phase="transaction",upstream="u",le="0.2"} 50
        relay_delivery_duration_seconds_bucket{group="g",phase="transaction",upstream="u",le="+Inf"} 50
        relay_delivery_duration_seconds_bucket{group="g",phase="queue",upstream="u",le="0.1"} 9
        relay_queue_messages{state="waiting"} 12
        """;

    private const string After = """
        relay_sessions 5
        relay_messages_received_total{listener="a",outcome="accepted"} 140 1700000000000
        relay_messages_received_total{listener="b",outcome="accepted"} 20
        relay_delivery_duration_seconds_bucket{group="g",phase="transaction",upstream="u",le="0.1"} 60
        relay_delivery_duration_seconds_bucket{group="g",phase="transaction",upstream="u",le="0.2"} 70
        relay_delivery_duration_seconds_bucket{group="g",phase="transaction",upstream="u",le="+Inf"} 70
        relay_queue_messages{state="waiting"} 7
        """;

    [Test]
    public void Rates_are_what_was_added_by_the_second_and_times_those_of_the_new_deliveries()
    {
        var figures = TrafficFigures.Between(
            Of(0, Before, Upstream("a", 100), Upstream("b", 7)),
            Of(2, After, Upstream("a", 140), Upstream("b", 7))
        );

        Assert.That(figures.Accepted, Is.EqualTo(25));
        Assert.That(figures.Delivered, Is.EqualTo(20));
        Assert.That(figures.ByUpstream["default/b"], Is.Zero);
        Assert.That(figures.Median, Is.EqualTo(0.1).Within(1e-9), "ten of the twenty took up to 0.1 s");
        Assert.That(figures.Slow, Is.EqualTo(0.19).Within(1e-9), "the nineteenth, nine tenths on from 0.1 to 0.2");
    }

    [Test]
    public void A_relay_that_was_started_anew_counts_from_zero()
    {
        var figures = TrafficFigures.Between(Of(0, After, Upstream("a", 1000)), Of(1, Before, Upstream("a", 30)));

        Assert.That(figures.Delivered, Is.EqualTo(30));
        Assert.That(figures.Accepted, Is.EqualTo(110));
    }

    [Test]
    public void An_upstream_that_is_new_brings_no_jump()
    {
        var figures = TrafficFigures.Between(Of(0, ""), Of(1, "", Upstream("a", 1000)));

        Assert.That(figures.Delivered, Is.Zero);
    }

    [Test]
    public void Two_readings_of_one_moment_say_nothing() =>
        Assert.That(TrafficFigures.Between(Of(1, Before), Of(1, After)), Is.SameAs(TrafficFigures.None));

    [Test]
    public void Other_pages_are_read_as_nothing()
    {
        var reading = MetricsReading.Parse("<html>\n{}\nrelay_sessions\nrelay_sessions x\n{le=\"\n");

        Assert.That((reading.Sessions, reading.Buckets.Count), Is.EqualTo((0, 0)));
    }
}
