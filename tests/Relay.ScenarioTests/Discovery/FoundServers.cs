using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.Discovery;

/// <summary>Servers behind a name that come and go while mail flows, told by a real name server.</summary>
internal sealed class FoundServers : Scenario
{
    private readonly int _port = LocalPort.Free();

    [Test]
    public async Task Servers_come_and_go_and_what_is_under_way_finishes()
    {
        var (two, three) = (await ServerAsync(2), await ServerAsync(3));
        var dns = await DnsAsync("pool IN A 127.0.0.2");
        var relay = await StartRelayAsync(Pool(dns));
        var held = two.On(Stage.Dot).Hold();
        var first = new LoadClient(relay.Port, sessions: 1);
        var sending = first.SendAsync(1);
        await held.Reached;

        await dns.ServeAsync("pool IN A 127.0.0.3");
        await WaitForMembersAsync(relay, "pool-127-0-0-3");
        var second = new LoadClient(relay.Port, sessions: 1);
        await second.SendAsync(5);
        held.Release();
        await sending;

        Assert.That(first.Refused.Concat(second.Refused), Is.Empty);
        Assert.That((two.Accepted.Count, three.Accepted.Count), Is.EqualTo((1, 5)));
        await dns.ServeAsync("pool IN A 127.0.0.2", "pool IN A 127.0.0.3");
        await WaitForMembersAsync(relay, "pool-127-0-0-2", "pool-127-0-0-3");
        await second.SendAsync(10);
        Assert.That((two.Accepted.Count, three.Accepted.Count), Is.EqualTo((6, 10)));
        await AssertMetricsAsync(relay, delivered: 16);
    }

    [Test]
    public async Task A_name_server_that_is_away_changes_nothing_and_is_heard_again()
    {
        var (two, three) = (await ServerAsync(2), await ServerAsync(3));
        var dns = await DnsAsync("pool IN A 127.0.0.2");
        var relay = await StartRelayAsync(Pool(dns));

        await dns.StopAsync();
        await Until.TrueAsync(
            () => relay.Log.Contains("pool.relay.test (Dns) cannot be looked up, the servers of the last answer stay"),
            "its absence is told"
        );
        var load = new LoadClient(relay.Port, sessions: 1);
        await load.SendAsync(3);
        await dns.ServeAsync("pool IN A 127.0.0.3");
        await WaitForMembersAsync(relay, "pool-127-0-0-3");
        await load.SendAsync(2);

        Assert.That(load.Refused, Is.Empty);
        Assert.That((two.Accepted.Count, three.Accepted.Count), Is.EqualTo((3, 2)));
        await Until.TrueAsync(() => relay.Log.Contains("is looked up without trouble again"), "its return is told");
    }

    [Test]
    public async Task Mail_waits_in_the_spool_while_the_name_leads_nowhere()
    {
        var two = await ServerAsync(2);
        var dns = await DnsAsync();
        var relay = await StartRelayAsync(
            Pool(dns).Set("Delivery:Accept", "Hybrid").Set("Retry:Schedule", new[] { "00:00:01" }).Set("Discovery:KeepMissing", "00:00:00")
        );
        var load = new LoadClient(relay.Port, sessions: 1);
        await load.SendAsync(2);
        Assert.That(load.Refused, Is.Empty, "kept, though no server is known");

        await dns.ServeAsync("pool IN A 127.0.0.2");
        await Until.TrueAsync(() => two.Accepted.Count == 2, "what waited has gone out");
        await dns.ServeAsync();
        await WaitForMembersAsync(relay);
        await load.SendAsync(1);

        Assert.That(load.Refused, Is.Empty);
        Assert.That(two.Accepted, Has.Count.EqualTo(2));
        await dns.ServeAsync("pool IN A 127.0.0.2");
        await Until.TrueAsync(() => two.Accepted.Count == 3, "and so has the last");
    }

    [Test]
    public async Task The_second_exchange_takes_the_mail_while_the_first_is_down()
    {
        var (two, three) = (await ServerAsync(2), await ServerAsync(3));
        var dns = await DnsAsync("mail IN MX 10 a", "mail IN MX 20 b", "a IN A 127.0.0.2", "b IN A 127.0.0.3");
        var relay = await StartRelayAsync(Looking(dns).ReturningSoon().Upstream("mx", $"mail.relay.test:{_port}", new { Discover = "Mx" }));
        var load = new LoadClient(relay.Port, sessions: 1);
        await load.SendAsync(3);
        await two.StopAsync();
        await load.SendAsync(3);

        Assert.That(load.Refused, Is.Empty);
        Assert.That((two.Accepted.Count, three.Accepted.Count), Is.EqualTo((3, 3)));
        var upstreams = await relay.GetUpstreamsAsync();
        Assert.That(
            upstreams.Values.Select(upstream => (upstream.Name, upstream.Backup)),
            Is.EquivalentTo([("mx-a-relay-test", false), ("mx-b-relay-test", true)])
        );
        await two.StartAgainAsync();
    }

    [Test]
    public async Task Targets_of_SRV_are_reached_at_their_ports_and_share_by_weight()
    {
        var (heavy, light) = (Use(await ScriptedUpstream.StartAsync()), Use(await ScriptedUpstream.StartAsync()));
        var dns = await DnsAsync(
            $"_smtp._tcp IN SRV 10 3 {heavy.Port} host",
            $"_smtp._tcp IN SRV 10 1 {light.Port} host",
            "host IN A 127.0.0.1"
        );
        var relay = await StartRelayAsync(
            Looking(dns).Strategy("RoundRobin").Upstream("srv", "_smtp._tcp.relay.test", new { Discover = "Srv" })
        );

        var load = new LoadClient(relay.Port, sessions: 1);
        await load.SendAsync(8);

        Assert.That(load.Refused, Is.Empty);
        Assert.That((heavy.Accepted.Count, light.Accepted.Count), Is.EqualTo((6, 2)));
    }

    private static RelayConfiguration Looking(NameServer dns) =>
        new RelayConfiguration()
            .Set("Discovery:DnsServers", new[] { dns.Address })
            .Set("Discovery:MinimumInterval", "00:00:01")
            .Set("Discovery:StartTimeout", "00:00:20");

    private RelayConfiguration Pool(NameServer dns) =>
        Looking(dns).Strategy("RoundRobin").Upstream("pool", $"pool.relay.test:{_port}", new { Discover = "Dns" });

    private async Task<NameServer> DnsAsync(params string[] records) => Use(await NameServer.StartAsync(records));

    private async Task<ScriptedUpstream> ServerAsync(int number) =>
        Use(await ScriptedUpstream.StartAsync(host: $"127.0.0.{number}", port: _port));

    private static Task WaitForMembersAsync(RelayUnderTest relay, params string[] names) =>
        Until.TrueAsync(
            async () => (await relay.GetUpstreamsAsync()).Keys.Order(StringComparer.Ordinal).SequenceEqual(names, StringComparer.Ordinal),
            $"the members are [{string.Join(", ", names)}]"
        );

    /// <summary>One series for the pool, whatever DNS says, and its counters outlast the servers.</summary>
    private static async Task AssertMetricsAsync(RelayUnderTest relay, int delivered)
    {
        var metrics = await relay.Api.GetStringAsync("/metrics");
        Assert.That(metrics, Does.Not.Contain("127-0-0"));
        Assert.That(
            metrics
                .Split('\n')
                .Single(line =>
                    line.StartsWith("relay_deliveries_total", StringComparison.Ordinal)
                    && line.Contains("\"delivered\"", StringComparison.Ordinal)
                ),
            Does.Contain("upstream=\"pool\"").And.Contain($"}} {delivered}")
        );
        Assert.That(metrics, Does.Match("relay_upstream_state\\{[^}]*state=\"healthy\"[^}]*upstream=\"pool\"[^}]*\\} 2"));
        Assert.That(metrics, Does.Match("relay_discovery_trouble\\{[^}]*upstream=\"pool\"[^}]*\\} 0"));
    }
}
