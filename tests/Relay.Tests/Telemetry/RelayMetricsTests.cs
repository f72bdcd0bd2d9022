using Relay.Core.Messages;
using Relay.Core.Telemetry;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Telemetry;

public sealed class RelayMetricsTests
{
    [Test]
    public void What_clients_were_told_is_counted_by_listener()
    {
        using var metrics = new RelayMetrics();
        using var run = new MetricsRun(metrics);

        metrics.Received("smtp", new SmtpReply(250, null, "ok"));
        metrics.Received("smtp", new SmtpReply(250, null, "ok"));
        metrics.Received("smtp", new SmtpReply(451, null, "later"));
        metrics.Received("other", new SmtpReply(550, null, "no"));
        metrics.Received("smtp", reply: null);

        var values = run.Read();
        Assert.That(values["relay.messages.received{listener=smtp,outcome=accepted}"], Is.EqualTo(2));
        Assert.That(values["relay.messages.received{listener=smtp,outcome=deferred}"], Is.EqualTo(1));
        Assert.That(values["relay.messages.received{listener=other,outcome=rejected}"], Is.EqualTo(1));
        Assert.That(values["relay.messages.received{listener=smtp,outcome=abandoned}"], Is.EqualTo(1));
    }

    [Test]
    public void The_state_of_an_upstream_is_1_and_all_others_are_0()
    {
        using var metrics = new RelayMetrics();
        metrics.Observe(() => 3, () => [Reading("ejected")], () => new QueueReading([new("waiting", 7)], 12, IsUsable: true));
        using var run = new MetricsRun(metrics);

        var values = run.Read();

        Assert.That(values["relay.sessions"], Is.EqualTo(3));
        Assert.That(values["relay.uncertain"], Is.Zero);
        Assert.That(values["relay.upstream.state{group=default,state=ejected,upstream=a}"], Is.EqualTo(1));
        Assert.That(values["relay.upstream.state{group=default,state=healthy,upstream=a}"], Is.Zero);
        Assert.That(values["relay.upstream.connections{group=default,state=busy,upstream=a}"], Is.EqualTo(3));
        Assert.That(values["relay.upstream.connections{group=default,state=idle,upstream=a}"], Is.EqualTo(2));
        Assert.That(values["relay.upstream.in_flight{group=default,upstream=a}"], Is.EqualTo(4));
        Assert.That(values["relay.deliveries{group=default,outcome=delivered,upstream=a}"], Is.EqualTo(10));
        Assert.That(values["relay.deliveries{group=default,outcome=deferred,upstream=a}"], Is.EqualTo(11));
        Assert.That(values["relay.deliveries{group=default,outcome=rejected,upstream=a}"], Is.EqualTo(12));
        Assert.That(values["relay.deliveries{group=default,outcome=failed,upstream=a}"], Is.EqualTo(13));
        Assert.That(values["relay.deliveries{group=default,outcome=uncertain,upstream=a}"], Is.EqualTo(14));
    }

    [Test]
    public async Task A_new_connection_is_a_phase_and_a_kept_one_is_not()
    {
        await using var relay = PipelineFixture.Of("a");
        using var run = new MetricsRun(relay.Metrics);

        await relay.SendAsync();
        await relay.SendAsync();

        var values = run.Read();
        Assert.That(values["relay.delivery.duration{group=default,phase=queue,upstream=a}"], Is.EqualTo(2));
        Assert.That(values["relay.delivery.duration{group=default,phase=connect,upstream=a}"], Is.EqualTo(1));
        Assert.That(values["relay.delivery.duration{group=default,phase=transaction,upstream=a}"], Is.EqualTo(2));
    }

    [Test]
    public async Task A_dot_without_an_answer_is_counted_once_for_the_message_and_once_for_the_attempt()
    {
        await using var relay = PipelineFixture.Of("a", "b");
        relay["a"].On(Stage.Dot).Disconnect();
        using var run = new MetricsRun(relay.Metrics);

        await relay.SendAsync("one@example.com", "two@example.com");

        Assert.That(run.Read()["relay.uncertain"], Is.EqualTo(1));
        Assert.That(relay.Server("a").Load.Uncertain, Is.EqualTo(1));
        Assert.That(relay.Server("a").Load.Failed, Is.Zero);
    }

    private static UpstreamReading Reading(string state) =>
        new()
        {
            Group = "default",
            Name = "a",
            States = new Dictionary<string, int>(StringComparer.Ordinal)
            {
                ["healthy"] = state == "healthy" ? 1 : 0,
                ["ejected"] = state == "ejected" ? 1 : 0,
            },
            Weight = 2.5,
            Pace = 13.5,
            Throttled = 3,
            InFlight = 4,
            Connections = 5,
            Idle = 2,
            Rates = [new RateReading("messages", "day", 10_000, 77)],
            Delivered = 10,
            Deferred = 11,
            Rejected = 12,
            Failed = 13,
            Uncertain = 14,
        };
}
