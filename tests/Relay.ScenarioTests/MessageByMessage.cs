using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>What a TCP balancer cannot do: the messages of one client on one connection go to all servers.</summary>
internal sealed class MessageByMessage : Scenario
{
    [Test]
    public async Task One_kept_open_connection_is_spread_over_all_upstreams()
    {
        var sinks = new[] { StartCountingSink(), StartCountingSink(), StartCountingSink() };
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Strategy("RoundRobin")
                .Upstream("a", sinks[0].Address)
                .Upstream("b", sinks[1].Address)
                .Upstream("c", sinks[2].Address)
        );

        var load = new LoadClient(relay.Port, sessions: 1);
        await load.SendAsync(30);

        Assert.That(load.Accepted.Count(), Is.EqualTo(30));
        Assert.That(sinks.Select(static sink => sink.Count), Is.EqualTo(new[] { 10, 10, 10 }));
    }

    [Test]
    public async Task A_connection_to_an_upstream_is_used_for_many_messages()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));

        for (var client = 0; client < 20; client++)
        {
            await new LoadClient(relay.Port, sessions: 1).SendAsync(1);
        }

        Assert.That(sink.Count, Is.EqualTo(20));
        Assert.That(sink.Connections, Is.EqualTo(1));
        Assert.That((await relay.GetUpstreamsAsync())["a"].Idle, Is.EqualTo(1));
    }
}
