using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Discovery;

namespace Relay.Tests.Upstreams.Discovery;

public sealed class MemberExpansionTests
{
    [Test]
    public void Each_address_is_a_member_with_the_options_of_the_upstream()
    {
        var options = new UpstreamOptions
        {
            Address = "smtp.mail.svc:2525",
            Discover = UpstreamDiscovery.Dns,
            Connections = 7,
            Weight = 3,
            Backup = true,
            UserName = "u",
            Password = "p",
        };

        var members = Expand(options, Target("smtp.mail.svc", addresses: ["10.0.0.7", "2001:db8::7", "::1"]));

        Assert.That(
            members.Select(member => $"{member.Key} {member.Value.Address}"),
            Is.EqualTo(["pool-10-0-0-7 10.0.0.7:2525", "pool-2001-db8--7 [2001:db8::7]:2525", "pool---1 [::1]:2525"])
        );
        foreach (var member in members)
        {
            Assert.That(
                (member.Value.Connections, member.Value.Weight, member.Value.Tier, member.Value.UserName, member.Value.Password),
                Is.EqualTo((7, 3, 1, "u", "p"))
            );
            Assert.That(UpstreamPeer.NameOf(member.Value), Is.EqualTo(("smtp.mail.svc", 2525)), "the certificate is that of the name");
            Assert.That(member.Value.Peer!.Upstream, Is.EqualTo("pool"));
        }
    }

    [Test]
    public void Targets_of_SRV_bring_port_tier_and_weight()
    {
        var options = new UpstreamOptions
        {
            Address = "_submission._tcp.example.com",
            Discover = UpstreamDiscovery.Srv,
            Priority = 2,
        };

        var members = Expand(
            options,
            Target("a.example.com", 587, preference: 10, weight: 60),
            Target("b.example.com", 588, preference: 10, weight: 0),
            Target("c.example.com", 587, preference: 50, weight: 20)
        );

        Assert.That(
            members.Select(member => (member.Key, member.Value.Address, member.Value.Tier, member.Value.Weight)),
            Is.EqualTo([
                ("pool-a-example-com-587", "a.example.com:587", 2, 60),
                ("pool-b-example-com-588", "b.example.com:588", 2, 1),
                ("pool-c-example-com-587", "c.example.com:587", 3, 20),
            ])
        );
        Assert.That(UpstreamPeer.NameOf(members[1].Value), Is.EqualTo(("b.example.com", 588)), "the certificate is that of the target");
    }

    [TestCase(0, 0, 5, 5)]
    [TestCase(9, 9, 5, 5)]
    [TestCase(65535, 32768, 1000, 500)]
    [TestCase(65535, 1, 1000, 1)]
    [TestCase(3, 1, 3, 1)]
    public void Weights_of_SRV_are_scaled_and_equal_ones_leave_the_configured_one(int first, int second, int one, int other)
    {
        var options = new UpstreamOptions
        {
            Address = "x.example.com",
            Discover = UpstreamDiscovery.Srv,
            Weight = 5,
        };

        var members = Expand(options, Target("a", 25, weight: first), Target("b", 25, weight: second));

        Assert.That(members.Select(member => member.Value.Weight), Is.EqualTo([one, other]));
    }

    [Test]
    public void Preferences_of_MX_are_tiers_in_order_and_never_beyond_the_last()
    {
        var options = new UpstreamOptions
        {
            Address = "example.com",
            Discover = UpstreamDiscovery.Mx,
            Priority = 98,
            Backup = false,
        };

        var members = Expand(
            options,
            Target("a", preference: 5),
            Target("b", preference: 10),
            Target("c", preference: 20),
            Target("d", preference: 5)
        );

        Assert.That(
            members.Select(member => (member.Key, member.Value.Tier)),
            Is.EqualTo([("pool-a", 98), ("pool-b", 99), ("pool-c", 99), ("pool-d", 98)])
        );
        Assert.That(members[0].Value.Address, Is.EqualTo("a:25"));
    }

    [Test]
    public void Names_that_would_be_alike_differ_and_are_the_same_each_time()
    {
        var options = new UpstreamOptions { Address = "example.com", Discover = UpstreamDiscovery.Mx };
        DiscoveredTarget[] targets = [Target("a-b.example"), Target("a.b.example"), Target("taken")];

        var first = MemberExpansion.Of("pool", options, targets, Taken());
        var second = MemberExpansion.Of("pool", options, targets, Taken());

        Assert.That(first.Select(member => member.Key), Is.Unique.And.EqualTo(second.Select(member => member.Key)));
        Assert.That(first[0].Key, Is.EqualTo("pool-a-b-example"));
        Assert.That(first[1].Key, Does.Match("^pool-a-b-example-[0-9a-f]{6}$"));
        Assert.That(first[2].Key, Does.Match("^pool-taken-[0-9a-f]{6}$"));

        static HashSet<string> Taken() => new(["pool-taken"], StringComparer.OrdinalIgnoreCase);
    }

    private static IReadOnlyList<KeyValuePair<string, UpstreamOptions>> Expand(
        UpstreamOptions options,
        params DiscoveredTarget[] targets
    ) => MemberExpansion.Of("pool", options, targets, new HashSet<string>(StringComparer.OrdinalIgnoreCase));

    private static DiscoveredTarget Target(string host, int? port = null, int preference = 0, int weight = 0, params string[] addresses) =>
        new(host, port, preference, weight, [.. (addresses.Length > 0 ? addresses : ["192.0.2.1"]).Select(IPAddress.Parse)]);
}
