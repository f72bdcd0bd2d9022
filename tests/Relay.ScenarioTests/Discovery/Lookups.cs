using System.Net;
using System.Net.Sockets;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Discovery;
using Relay.TestKit;

namespace Relay.ScenarioTests.Discovery;

/// <summary>What a real name server says, and what Relay makes of it.</summary>
internal sealed class Lookups : Scenario
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private DiscoveryOptions _options = new() { Timeout = Patience };

    [Test]
    public async Task All_addresses_of_a_name_with_the_shortest_time_to_live()
    {
        await ServeAsync("pool 300 IN A 127.0.0.3", "pool 300 IN A 127.0.0.2", "pool 77 IN AAAA ::1", "alias 40 IN CNAME pool");

        var found = await FindAsync(UpstreamDiscovery.Dns, "pool.relay.test");
        var alias = await FindAsync(UpstreamDiscovery.Dns, "alias.relay.test");

        Assert.That(Text(found), Is.EqualTo("Found: pool.relay.test [127.0.0.2, 127.0.0.3, ::1]"));
        Assert.That(found.TimeToLive, Is.EqualTo(TimeSpan.FromSeconds(77)));
        Assert.That(Text(alias), Is.EqualTo("Found: alias.relay.test [127.0.0.2, 127.0.0.3, ::1]"));
        Assert.That(alias.TimeToLive, Is.EqualTo(TimeSpan.FromSeconds(40)), "the alias is a record too");
    }

    [Test]
    public async Task Nothing_and_nobody_are_told_apart()
    {
        var dns = await ServeAsync("text IN TXT \"no address\"");

        Assert.That(Text(await FindAsync(UpstreamDiscovery.Dns, "no.relay.test")), Is.EqualTo("Missing: (there is no such name)"));
        Assert.That(Text(await FindAsync(UpstreamDiscovery.Dns, "text.relay.test")), Is.EqualTo("Missing: (the name has no address)"));
        Assert.That(Text(await FindAsync(UpstreamDiscovery.Srv, "text.relay.test")), Is.EqualTo("Missing: (the name has no SRV record)"));
        Assert.That(
            Text(await FindAsync(UpstreamDiscovery.Dns, "pool.broken.test")),
            Is.EqualTo("Failed: (pool.broken.test: ServerFailure)")
        );
        await dns.StopAsync();
        Assert.That((await FindAsync(UpstreamDiscovery.Dns, "text.relay.test")).Kind, Is.EqualTo(FindingKind.Failed));
    }

    [Test]
    public async Task A_server_that_never_answers_is_waited_for_no_longer_than_the_timeout()
    {
        using var silent = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _options = new DiscoveryOptions
        {
            DnsServers = [$"127.0.0.1:{((IPEndPoint)silent.Client.LocalEndPoint!).Port}"],
            Timeout = TimeSpan.FromSeconds(1),
        };

        var found = await FindAsync(UpstreamDiscovery.Dns, "pool.relay.test").WaitAsync(Patience);

        Assert.That(found.Kind, Is.EqualTo(FindingKind.Failed));
        Assert.That(found.Remark, Is.Not.Empty);
    }

    [Test]
    public async Task The_second_name_server_is_asked_when_the_first_is_not_there()
    {
        var dns = await ServeAsync("pool IN A 127.0.0.2");
        _options = _options with { DnsServers = [$"127.0.0.1:{LocalPort.Free()}", dns.Address] };

        Assert.That(Text(await FindAsync(UpstreamDiscovery.Dns, "pool.relay.test")), Is.EqualTo("Found: pool.relay.test [127.0.0.2]"));
    }

    [Test]
    public async Task SRV_records_bring_targets_with_port_priority_and_weight()
    {
        await ServeAsync(
            "_submission._tcp 60 IN SRV 20 0 587 b",
            "_submission._tcp 60 IN SRV 10 5 2587 a",
            "a 30 IN A 127.0.0.2",
            "b 90 IN A 127.0.0.3",
            "_none._tcp 50 IN SRV 0 0 0 ."
        );

        var found = await FindAsync(UpstreamDiscovery.Srv, "_submission._tcp.relay.test");
        var none = await FindAsync(UpstreamDiscovery.Srv, "_none._tcp.relay.test");

        Assert.That(Text(found), Is.EqualTo("Found: a.relay.test:2587 [127.0.0.2], b.relay.test:587 [127.0.0.3]"));
        Assert.That(found.Targets.Select(target => (target.Preference, target.Weight)), Is.EqualTo([(10, 5), (20, 0)]));
        Assert.That(found.TimeToLive, Is.EqualTo(TimeSpan.FromSeconds(30)));
        Assert.That((none.Kind, none.TimeToLive), Is.EqualTo((FindingKind.Declined, TimeSpan.FromSeconds(50))));
    }

    [Test]
    public async Task MX_records_and_what_may_stand_in_their_place()
    {
        await ServeAsync(
            "mail IN MX 20 b",
            "mail IN MX 10 a",
            "a IN A 127.0.0.2",
            "b IN A 127.0.0.3",
            "null IN MX 0 .",
            "plain IN A 127.0.0.4",
            "wrong IN MX 5 127.0.0.5.",
            "wrong IN MX 10 a",
            "wrong IN MX 20 nowhere",
            "lost IN MX 10 nowhere"
        );

        Assert.That(
            Text(await FindAsync(UpstreamDiscovery.Mx, "mail.relay.test")),
            Is.EqualTo("Found: a.relay.test [127.0.0.2], b.relay.test [127.0.0.3]")
        );
        Assert.That((await FindAsync(UpstreamDiscovery.Mx, "null.relay.test")).Kind, Is.EqualTo(FindingKind.Declined), "RFC 7505");
        Assert.That(
            Text(await FindAsync(UpstreamDiscovery.Mx, "plain.relay.test")),
            Is.EqualTo("Found: plain.relay.test [127.0.0.4]"),
            "RFC 5321 §5.1: a name without MX is its own exchange"
        );
        Assert.That(
            Text(await FindAsync(UpstreamDiscovery.Mx, "wrong.relay.test")),
            Is.EqualTo("Found: a.relay.test [127.0.0.2] (127.0.0.5 is an address, not a name; nowhere.relay.test has no address)")
        );
        Assert.That(
            Text(await FindAsync(UpstreamDiscovery.Mx, "lost.relay.test")),
            Is.EqualTo("Missing: (nowhere.relay.test has no address)")
        );
    }

    [Test]
    public async Task A_part_that_cannot_be_looked_up_now_is_as_it_was()
    {
        await ServeAsync("mail IN MX 10 a", "mail IN MX 20 b.broken.test.", "a IN A 127.0.0.2");
        DiscoveredTarget[] last = [new("b.broken.test", null, 20, 0, [IPAddress.Parse("127.0.0.9")])];

        var first = await FindAsync(UpstreamDiscovery.Mx, "mail.relay.test");
        var later = await FindAsync(UpstreamDiscovery.Mx, "mail.relay.test", last);

        Assert.That(Text(first), Is.EqualTo("Found: a.relay.test [127.0.0.2] (b.broken.test: ServerFailure)"));
        Assert.That(Text(later), Is.EqualTo("Found: a.relay.test [127.0.0.2], b.broken.test [127.0.0.9] (b.broken.test: ServerFailure)"));
        Assert.That(later.TimeToLive, Is.EqualTo(TimeSpan.Zero), "asked again soon");
    }

    [Test]
    public async Task A_long_answer_comes_whole_and_is_cut_to_what_is_allowed()
    {
        await ServeAsync([.. Enumerable.Range(1, 150).Select(number => $"pool IN A 10.0.0.{number}")]);

        var all = await FindAsync(UpstreamDiscovery.Dns, "pool.relay.test", most: 150);
        var cut = await FindAsync(UpstreamDiscovery.Dns, "pool.relay.test", most: 100);

        Assert.That(all.Targets[0].Addresses, Has.Count.EqualTo(150), "by TCP, for it is too long for a datagram");
        Assert.That(cut.Targets[0].Addresses, Is.EqualTo(all.Targets[0].Addresses.Take(100)), "always the same ones");
        Assert.That(cut.Remark, Is.EqualTo("150 servers, of which 50 are left out (MaximumMembers)"));
    }

    private async Task<NameServer> ServeAsync(params string[] records)
    {
        var dns = Use(await NameServer.StartAsync(records));
        _options = _options with { DnsServers = [dns.Address] };
        return dns;
    }

    private Task<DiscoveryFinding> FindAsync(UpstreamDiscovery kind, string name, DiscoveredTarget[]? last = null, int most = 100) =>
        new DnsResolver(TimeProvider.System).FindAsync(
            new DiscoveryQuestion(kind, name),
            last ?? [],
            _options with
            {
                MaximumMembers = most,
            },
            CancellationToken.None
        );

    private static string Text(DiscoveryFinding finding)
    {
        var remark = finding.Remark.Length > 0 ? $" ({finding.Remark})" : "";
        return $"{finding.Kind}: {string.Join(", ", finding.Targets)}{remark}".Replace(":  (", ": (", StringComparison.Ordinal);
    }
}
