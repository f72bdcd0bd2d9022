using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>Servers that are told whom mail comes from: another Relay, and a real Postfix. They see the client, not the Relay between.</summary>
internal sealed class ClientIdentities : Scenario
{
    private const string Client = "127.0.0.3";
    private const string Stranger = "127.0.0.4";

    [TestCase("XClient", "Native")]
    [TestCase("ProxyV1", "Native")]
    [TestCase("ProxyV2", "Native")]
    [TestCase("ProxyV1", "MailKit")]
    [TestCase("ProxyV2", "MailKit")]
    public async Task A_relay_behind_judges_the_client_by_its_own_address(string identity, string by)
    {
        var sink = StartCountingSink(keepMessages: true);
        var back = await StartBackAsync(identity, sink);
        var front = await StartFrontAsync(Address(back.Port), new { ClientIdentity = identity, Client = by });

        var friend = await SendAsync(front.Port, Client);
        var again = await SendAsync(front.Port, Client);
        var stranger = await SendAsync(front.Port, Stranger);

        Assert.That((friend.ExitCode, again.ExitCode), Is.EqualTo((0, 0)), friend.Output + again.Output);
        Assert.That(stranger.Output, Does.Contain("451 ").And.Not.Contain("250 2.0.0"), "the server behind objects to the stranger");
        var received = sink.Messages.Select(static message => message.Content).ToList();
        Assert.That(received, Has.Count.EqualTo(2));
        var hello = identity == "XClient" ? "client.test" : "front.test";
        Assert.That(received, Has.All.StartsWith($"Received: from {hello} ([{Client}])"));
    }

    [TestCase("ProxyV1")]
    [TestCase("ProxyV2")]
    public async Task A_check_speaks_for_nobody_and_works(string identity)
    {
        var back = await StartBackAsync(identity, StartCountingSink());
        var front = await StartFrontAsync(Address(back.Port), new { ClientIdentity = identity });

        var check = await ProcessRunner.RunAsync("dotnet", [Repository.Program, "check", "--probe", "--config", front.ConfigurationFile]);

        Assert.That(check.ExitCode, Is.Zero, check.Output);
        Assert.That(check.Output, Does.Contain("works"));
    }

    [Test]
    public async Task A_server_that_does_not_offer_XCLIENT_gets_no_mail_and_somebody_is_told()
    {
        var sink = StartCountingSink();
        var back = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        var front = await StartFrontAsync(Address(back.Port), new { ClientIdentity = "XClient" });

        var sent = await SendAsync(front.Port, Client);

        Assert.That(sent.Output, Does.Contain("451 "));
        Assert.That(sink.Count, Is.Zero);
        await Until.TrueAsync(() => front.Log.Contains("XClientNotOffered", StringComparison.Ordinal), "the log says why");
    }

    [TestCase("XClient", "smtpd_authorized_xclient_hosts = 127.0.0.0/8")]
    [TestCase("ProxyV1", "smtpd_upstream_proxy_protocol = haproxy")]
    [TestCase("ProxyV2", "smtpd_upstream_proxy_protocol = haproxy")]
    public async Task Postfix_logs_the_client(string identity, string setting)
    {
        Assume.That(Environment.IsPrivilegedProcess, "Postfix starts only as root");
        var sink = await StartSmtpSinkAsync();
        var postfix = Use(new PostfixInstance("back.test", $"mynetworks = {Client}/32\n{setting}\n", sink.Port));
        await postfix.StartAsync();
        var front = await StartFrontAsync(postfix.Address, new { ClientIdentity = identity });

        var friend = await SendAsync(front.Port, Client);
        var stranger = await SendAsync(front.Port, Stranger);

        Assert.That(friend.ExitCode, Is.Zero, friend.Output + postfix.Log);
        Assert.That(postfix.Log, Does.Contain($"client=unknown[{Client}]"));
        Assert.That(stranger.Output, Does.Not.Contain("250 2.0.0 OK"));
        Assert.That(postfix.Log, Does.Contain($"NOQUEUE: reject: RCPT from unknown[{Stranger}]"));
        await Until.TrueAsync(() => sink.Count == 1, "the friend's mail has been passed on");
    }

    private Task<RelayUnderTest> StartBackAsync(string identity, CountingSink sink) =>
        StartRelayAsync(
            new RelayConfiguration()
                .Set(identity == "XClient" ? "Listeners:smtp:XClientFrom" : "Listeners:smtp:ProxyProtocolFrom", new[] { "127.0.0.1/32" })
                .Set("Access:Networks", new[] { Client + "/32" })
                .Upstream("a", sink.Address)
        );

    private async Task<RelayUnderTest> StartFrontAsync(string upstream, object settings)
    {
        var relay = await StartRelayAsync(
            new RelayConfiguration().Set("HostName", "front.test").Set("Delivery:Accept", "Proxy").Upstream("back", upstream, settings)
        );
        relay.ExpectLogged("objects to this relay");
        return relay;
    }

    private static Task<ProcessResult> SendAsync(int port, string client) =>
        Swaks.SendAsync(port, "--from", "a@example.com", "--to", "b@example.com", "--local-interface", client);

    private static string Address(int port) => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
}
