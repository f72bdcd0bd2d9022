using CsCheck;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Upstreams;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch.LoadBalancing;

public sealed class IpHashStrategyTests
{
    private static readonly IpHashStrategy Strategy = new();

    [Test]
    public void A_client_stays_when_another_clients_server_leaves() =>
        Gen.Select(Gen.Int[2, 8], Gen.Int[0, 7], Gen.UInt)
            .Sample(
                (count, leaves, client) =>
                {
                    var servers = Some.Servers([.. Enumerable.Range(0, count).Select(index => ($"s{index}", 1 + (index % 3)))]);
                    var before = Pick(servers, client);
                    var left = servers[leaves % count];
                    var rest = servers.Where(server => server != left).ToArray();

                    var after = Pick(rest, client);

                    Assert.That(after, before == left ? Is.Not.SameAs(left) : Is.SameAs(before));
                }
            );

    [Test]
    public void A_client_comes_back_when_its_server_does()
    {
        var servers = Some.Servers(("a", 1), ("b", 1), ("c", 1));
        for (var client = 0u; client < 200; client++)
        {
            var first = Pick(servers, client);
            Pick([.. servers.Where(server => server != first)], client);
            Assert.That(Pick(servers, client), Is.SameAs(first));
        }
    }

    [Test]
    public void A_server_that_comes_takes_clients_but_moves_none_between_the_others()
    {
        var four = Some.Servers(("a", 1), ("b", 1), ("c", 1), ("d", 1));
        var three = four[..3];
        var moved = 0;
        for (var client = 0u; client < 4000; client++)
        {
            var (before, after) = (Pick(three, client), Pick(four, client));
            moved += before == after ? 0 : 1;
            Assert.That(after == before || after.Name == "d", Is.True);
        }

        Assert.That(moved, Is.EqualTo(1000).Within(120));
    }

    [Test]
    public void Shares_follow_the_weights()
    {
        var servers = Some.Servers(("a", 1), ("b", 2), ("c", 5));

        var counts = Enumerable.Range(0, 8000).Select(client => Pick(servers, (uint)client).Name).CountBy(name => name).ToDictionary();

        Assert.That((double)counts["a"], Is.EqualTo(1000).Within(120));
        Assert.That((double)counts["b"], Is.EqualTo(2000).Within(160));
        Assert.That((double)counts["c"], Is.EqualTo(5000).Within(200));
    }

    [Test]
    public void Shares_follow_a_weight_set_by_hand()
    {
        var servers = Some.Servers(("a", 7), ("b", 1));
        servers[0].SetWeight(1);
        servers[1].SetWeight(3);

        var share = Enumerable.Range(0, 4000).Count(client => Pick(servers, (uint)client).Name == "b");

        Assert.That((double)share, Is.EqualTo(3000).Within(120));
    }

    [Test]
    public void Clients_without_an_address_stay_together()
    {
        var servers = Some.Servers(("a", 1), ("b", 1), ("c", 1));
        var message = Some.Message();
        var anonymous = message with { Origin = message.Origin with { Client = null } };

        var picks = Enumerable.Range(0, 10).Select(_ => Strategy.Pick(servers, anonymous));

        Assert.That(picks.Distinct().Count(), Is.EqualTo(1));
    }

    private static UpstreamServer Pick(UpstreamServer[] servers, uint client)
    {
        var address = new System.Net.IPAddress([10, (byte)(client >> 16), (byte)(client >> 8), (byte)client]);
        return Strategy.Pick(servers, Some.Message(client: address.ToString()));
    }
}
