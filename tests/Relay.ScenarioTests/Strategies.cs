using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>The other strategies at work; RoundRobin has stories of its own.</summary>
internal sealed class Strategies : Scenario
{
    [Test]
    public async Task LeastConnections_gives_less_to_a_slow_server()
    {
        var (slow, quick, relay) = await StartPairAsync("LeastConnections");
        slow.Delay = TimeSpan.FromMilliseconds(200);

        var load = new LoadClient(relay.Port, sessions: 8);
        await load.SendAsync(400);

        Assert.That(load.Refused, Is.Empty);
        Assert.That(slow.Count + quick.Count, Is.EqualTo(400));
        Assert.That(slow.Count, Is.InRange(4, 100)); // With equal shares it would be 200.
    }

    [Test]
    public async Task Failover_uses_the_first_by_priority_then_by_name_that_is_there()
    {
        var sinks = new[] { StartCountingSink(), StartCountingSink(), StartCountingSink() };
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Strategy("Failover")
                .Upstream("z-first", sinks[0].Address)
                .Upstream("b-second", sinks[1].Address, new { Priority = 1 })
                .Upstream("c-third", sinks[2].Address, new { Priority = 1 })
        );
        var load = new LoadClient(relay.Port, sessions: 1);

        await load.SendAsync(10);
        Assert.That(sinks.Select(static sink => sink.Count), Is.EqualTo(new[] { 10, 0, 0 }));

        await sinks[0].StopAsync();
        await load.SendAsync(10);
        Assert.That(sinks.Select(static sink => sink.Count), Is.EqualTo(new[] { 10, 10, 0 }));

        await sinks[1].StopAsync();
        await load.SendAsync(10);
        Assert.That(sinks.Select(static sink => sink.Count), Is.EqualTo(new[] { 10, 10, 10 }));
        Assert.That(load.Refused, Is.Empty);
    }

    [Test]
    public async Task IpHash_keeps_each_client_on_its_server_and_moves_only_those_of_one_that_stopped()
    {
        var sinks = new[] { StartCountingSink(), StartCountingSink(), StartCountingSink() };
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Strategy("IpHash")
                .Upstream("a", sinks[0].Address)
                .Upstream("b", sinks[1].Address)
                .Upstream("c", sinks[2].Address)
        );
        string[] clients =
        [
            .. Enumerable.Range(1, 24).Select(static number => string.Create(CultureInfo.InvariantCulture, $"127.0.7.{number}")),
        ];

        var first = await ServersOfAsync(clients, relay, sinks);
        var second = await ServersOfAsync(clients, relay, sinks);
        Assert.That(second, Is.EqualTo(first), "each client stays on its server");
        Assert.That(first.Distinct().Count(), Is.EqualTo(3), "24 clients use all three servers");

        await sinks[0].StopAsync();
        var third = await ServersOfAsync(clients, relay, sinks);

        Assert.That(third, Has.None.EqualTo(0));
        var stayed = first.Zip(third).Where(static pair => pair.First != 0);
        Assert.That(stayed.Where(static pair => pair.First != pair.Second), Is.Empty, "nobody else moves");
    }

    private async Task<(CountingSink Slow, CountingSink Quick, RelayUnderTest Relay)> StartPairAsync(string strategy)
    {
        var slow = StartCountingSink();
        var quick = StartCountingSink();
        var relay = await StartRelayAsync(
            new RelayConfiguration().Strategy(strategy).Upstream("slow", slow.Address).Upstream("quick", quick.Address)
        );
        return (slow, quick, relay);
    }

    /// <summary>Sends one message from each client's address; returns the index of the sink that got it.</summary>
    private static async Task<int[]> ServersOfAsync(string[] clients, RelayUnderTest relay, CountingSink[] sinks)
    {
        var servers = new List<int>();
        foreach (var client in clients)
        {
            var before = sinks.Select(static sink => sink.Count).ToArray();
            var load = new LoadClient(relay.Port, sessions: 1) { Source = client };
            await load.SendAsync(1);
            Assert.That(load.Refused, Is.Empty);
            servers.Add(Array.FindIndex(sinks.Zip(before).ToArray(), static pair => pair.First.Count > pair.Second));
        }

        return [.. servers];
    }
}
