using System.Net;
using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>An operator takes a server out and brings it back while mail flows; nobody who sends notices.</summary>
internal sealed class Drain : Scenario
{
    [Test]
    public async Task A_drained_server_gets_nothing_new_under_load_and_its_share_after_it_is_resumed()
    {
        var (a, b) = (StartCountingSink(), StartCountingSink());
        var relay = await StartRelayAsync(
            new RelayConfiguration().Strategy("RoundRobin").Upstream("a", a.Address).Upstream("b", b.Address)
        );
        a.Delay = TimeSpan.FromMilliseconds(50);
        var load = new LoadClient(relay.Port, sessions: 4);
        var isOver = false;
        var sending = load.SendWhileAsync(_ => !Volatile.Read(ref isOver));
        await Until.TrueAsync(() => a.Waiting > 0, "the server that is to be drained has work");

        await PostAsync(relay, "a/drain");
        await Until.TrueAsync(async () => (await relay.GetUpstreamsAsync())["a"].InFlight == 0, "its running work has finished");
        var before = (A: a.Count, B: b.Count);
        await Until.TrueAsync(() => b.Count >= before.B + 50, "the other one has taken 50 more");

        Assert.That(
            a.Count,
            Is.EqualTo(before.A),
            "nothing new: what had chosen it before the drain and took its slot after it would be here"
        );
        Assert.That((await relay.GetUpstreamsAsync())["a"].State, Is.EqualTo("draining"));
        Volatile.Write(ref isOver, true);
        await sending;

        await PostAsync(relay, "a/resume");
        a.Delay = TimeSpan.Zero;
        before = (a.Count, b.Count);
        await load.SendAsync(40);

        Assert.That(a.Count - before.A, Is.EqualTo(20).Within(1), "its share again");
        Assert.That(load.Refused, Is.Empty);
        Assert.That(a.Count + b.Count, Is.EqualTo(load.Answered), "nothing lost, nothing twice");
        await relay.LoggedAsync("Operator (local, 127.0.0.1) upstream.drain default/a: drained");
        await relay.LoggedAsync("Operator (local, 127.0.0.1) upstream.resume default/a: resumed");
    }

    [Test]
    public async Task The_work_of_a_drained_server_finishes_while_another_takes_over()
    {
        var (a, b) = (StartCountingSink(), StartCountingSink());
        var relay = await StartRelayAsync(new RelayConfiguration().Strategy("Failover").Upstream("a", a.Address).Upstream("b", b.Address));
        await using var first = await RawSmtpClient.OpenAsync(relay.Port);
        await using var second = await RawSmtpClient.OpenAsync(relay.Port);
        a.Hold();
        var sending = first.SendMailAsync("first@example.com", "to@example.com");
        await Until.TrueAsync(() => a.Waiting == 1, "the dot is out");

        await PostAsync(relay, "a/drain");
        Assert.That(await second.SendMailAsync("second@example.com", "to@example.com"), Does.StartWith("250"));
        Assert.That(sending.IsCompleted, Is.False);
        a.Release();

        Assert.That(await sending, Does.StartWith("250"));
        Assert.That(a.Arrivals.Keys, Is.EqualTo(["first@example.com"]));
        Assert.That(b.Arrivals.Keys, Is.EqualTo(["second@example.com"]));
    }

    [Test]
    public async Task Readiness_follows_the_upstreams()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().ReturningSoon().Upstream("a", sink.Address));
        var load = new LoadClient(relay.Port, sessions: 1);
        Assert.That(await ReadinessAsync(relay), Is.EqualTo(HttpStatusCode.OK));

        await sink.StopAsync();
        await SendUntilAsync(HttpStatusCode.ServiceUnavailable);
        sink.Start();
        await SendUntilAsync(HttpStatusCode.OK);

        Assert.That(sink.Count, Is.GreaterThan(0));

        Task SendUntilAsync(HttpStatusCode readiness) =>
            Until.TrueAsync(
                async () =>
                {
                    await load.SendAsync(1);
                    return await ReadinessAsync(relay) == readiness;
                },
                $"readiness is {readiness}"
            );
    }

    private static async Task<HttpStatusCode> ReadinessAsync(RelayUnderTest relay)
    {
        using var response = await relay.Api.GetAsync("/health/ready");
        return response.StatusCode;
    }

    private static async Task PostAsync(RelayUnderTest relay, string action)
    {
        using var response = await relay.Api.PostAsync($"/api/v1/upstreams/default/{action}", content: null);
        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }
}
