using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>HAProxy in front of Relay, as docs/behind-a-balancer.md says: Relay sees the client, not the balancer.</summary>
internal sealed class BehindABalancer : Scenario
{
    private const string Client = "127.0.0.3";
    private const string Stranger = "127.0.0.4";

    [TestCase("send-proxy")]
    [TestCase("send-proxy-v2")]
    public async Task The_client_is_known_by_its_own_address(string option)
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(Configuration(sink.Address));
        var front = Use(await Haproxy.StartAsync(relay.Port, option)).Port;

        var friend = await Swaks.SendAsync(front, "--from", "a@example.com", "--to", "b@example.com", "--local-interface", Client);
        var stranger = await Swaks.SendAsync(front, "--from", "a@example.com", "--to", "b@example.com", "--local-interface", Stranger);

        Assert.That(friend.ExitCode, Is.Zero, friend.Output);
        Assert.That(stranger.Output, Does.Contain("550 5.7.1 "));
        Assert.That(sink.Messages.Single().Content, Does.StartWith($"Received: from client.test ([{Client}])"));
    }

    [Test]
    public async Task A_connection_of_the_balancers_own_may_not_relay()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(Configuration(sink.Address).Set("Access:Networks", new[] { "127.0.0.0/8" }));
        await using var client = await RawSmtpClient.ConnectAsync(relay.Port);
        await client.SendAsync("\r\n\r\n\0\r\nQUIT\n\x20\0\0\0");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("220 "));
        Assert.That(await client.CommandAsync("EHLO client.test"), Does.StartWith("250"));

        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("550 5.7.1 "));
    }

    [Test]
    public async Task Who_is_not_the_balancer_may_not_say_who_it_is()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(Configuration(sink.Address));
        relay.ExpectLogged("sent a PROXY header but is not in ProxyProtocolFrom");
        await using var client = await RawSmtpClient.ConnectAsync(relay.Port, Stranger);
        await client.ReadReplyAsync();

        Assert.That(await client.CommandAsync($"PROXY TCP4 {Client} 127.0.0.1 1 25"), Does.StartWith("550 5.7.0 "));
        Assert.That(await client.IsClosedByServerAsync());
    }

    [Test]
    public async Task A_balancer_without_a_header_hears_nothing()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(Configuration(sink.Address));
        relay.ExpectLogged("sent something that is no PROXY header");
        await using var client = await RawSmtpClient.ConnectAsync(relay.Port);
        await client.SendAsync("EHLO client.test\r\n");

        Assert.That(await client.IsClosedByServerAsync());
        await relay.LoggedAsync("no PROXY header");
    }

    [Test]
    public async Task Swaks_speaks_for_a_client_by_XCLIENT()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Set("Listeners:smtp:XClientFrom", new[] { "127.0.0.1/32" })
                .Set("Access:Networks", new[] { Client + "/32" })
                .Upstream("a", sink.Address)
        );
        string[] mail = ["--from", "a@example.com", "--to", "b@example.com"];

        var friend = await Swaks.SendAsync(relay.Port, [.. mail, "--xclient", $"NAME=spike.test ADDR={Client}"]);
        var stranger = await Swaks.SendAsync(relay.Port, [.. mail, "--xclient", $"NAME=spike.test ADDR={Stranger}"]);

        Assert.That(friend.ExitCode, Is.Zero, friend.Output);
        Assert.That(stranger.Output, Does.Contain("550 5.7.1 "));
        Assert.That(sink.Messages.Single().Content, Does.StartWith($"Received: from client.test ([{Client}])"));
    }

    private static RelayConfiguration Configuration(string sink) =>
        new RelayConfiguration()
            .Set("Listeners:smtp:ProxyProtocolFrom", new[] { "127.0.0.1/32" })
            .Set("Access:Networks", new[] { "127.0.0.1/32", Client + "/32" })
            .Upstream("a", sink);
}
