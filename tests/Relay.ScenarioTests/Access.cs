using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>Relay is no open relay.</summary>
internal sealed class Access : Scenario
{
    [Test]
    public async Task A_client_outside_of_the_networks_may_not_relay()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(
            new RelayConfiguration().Set("Access:Networks", new[] { "127.0.0.1/32" }).Upstream("a", sink.Address)
        );
        await using var stranger = await RawSmtpClient.OpenAsync(relay.Port, "127.0.0.2");
        await using var friend = await RawSmtpClient.OpenAsync(relay.Port, "127.0.0.1");

        Assert.That(await stranger.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("550 5.7.1 "));
        Assert.That(await friend.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250 2.0.0 "));
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task A_route_decides_by_the_clients_network()
    {
        var here = StartCountingSink();
        var there = StartCountingSink();
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Upstream("a", here.Address)
                .Set("Groups:special:Upstreams:b:Address", there.Address)
                .Set("Routes", new object[] { new { Client = "127.0.0.3/32", Group = "special" }, new { Group = "default" } })
        );
        await new LoadClient(relay.Port, sessions: 1).SendAsync(2);
        await new LoadClient(relay.Port, sessions: 1) { Source = "127.0.0.3" }.SendAsync(3);

        Assert.That((here.Count, there.Count), Is.EqualTo((2, 3)));
    }
}
