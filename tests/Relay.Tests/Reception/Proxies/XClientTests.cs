using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Reception.Access;

namespace Relay.Tests.Reception.Proxies;

internal sealed class XClientTests : ReceptionFixture
{
    [SetUp]
    public void TrustOneServer() => Settings = Settings with { XClientFrom = new NetworkList(["127.0.0.9/32"]) };

    [Test]
    public async Task It_is_offered_to_servers_that_are_trusted_and_to_nobody_else()
    {
        var server = await ConnectAsync("127.0.0.9");
        var stranger = await ConnectAsync("127.0.0.1");

        Assert.That(await server.SayAsync("EHLO me"), Does.Contain("XCLIENT NAME ADDR PORT PROTO HELO LOGIN"));
        Assert.That(await stranger.SayAsync("EHLO me"), Does.Not.Contain("XCLIENT"));
        Assert.That(await stranger.SayAsync("XCLIENT ADDR=127.0.0.1"), Does.StartWith("550 5.7.0 "));
    }

    [Test]
    public async Task The_session_begins_anew_as_that_of_the_client()
    {
        var server = await ConnectAsync("127.0.0.9");

        Assert.That(
            await server.SayAsync("XCLIENT NAME=spike.example.com ADDR=127.0.0.3 PORT=4660 LOGIN=me+40example.com"),
            Is.EqualTo("220 relay.example.com ESMTP Relay")
        );
        Assert.That(await server.SayAsync("MAIL FROM:<a@example.com>"), Does.StartWith("503 5.5.1 "), "EHLO counts no more");
        await server.SayAllAsync("EHLO spike", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", "a\r\n.");

        var (message, body) = Sink.Messages.Single();
        Assert.That(message.Origin.Client, Is.EqualTo(IPAddress.Parse("127.0.0.3")));
        Assert.That(body, Does.StartWith("Received: from spike ([127.0.0.3])"));
    }

    [Test]
    public async Task HELO_and_PROTO_stand_for_the_clients_own_greeting()
    {
        var server = await ConnectAsync("127.0.0.9");
        await server.SayAllAsync(
            "XCLIENT ADDR=IPV6:::1 HELO=spike.example.com PROTO=SMTP",
            "MAIL FROM:<a@example.com>",
            "RCPT TO:<b@example.com>",
            "DATA",
            "a\r\n."
        );

        Assert.That(
            Sink.Messages.Single().Body,
            Does.StartWith("Received: from spike.example.com ([IPv6:::1])\r\n\tby relay.example.com with SMTP ")
        );
    }

    [TestCase("ADDR=192.0.2.1")]
    [TestCase("ADDR=IPV6:2001:db8::1")]
    [TestCase("ADDR=IPV6:::ffff:192.0.2.1")]
    [TestCase("ADDR=[UNAVAILABLE]")]
    [TestCase("ADDR=[TEMPUNAVAIL] LOGIN=somebody")]
    public async Task Nobody_may_relay_because_the_server_may(string attributes)
    {
        var server = await ConnectAsync("127.0.0.9");
        await server.SayAllAsync("XCLIENT " + attributes, "EHLO me", "MAIL FROM:<a@example.com>");

        Assert.That(await server.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("550 5.7.1 "));
    }

    /// <summary>The simulation found it: a server outside the networks logs in, gives no address, and what it passes on could be of any sender.</summary>
    [Test]
    public async Task A_login_of_the_servers_own_is_nobody_elses_right_even_when_it_gives_no_address()
    {
        using var authenticator = new Authenticator(Time);
        var hash = PasswordHash.Of("secret"u8, new byte[PasswordHash.SaltLength], PasswordHash.LeastIterations).Format();
        var access = new AccessOptions
        {
            Networks = ["127.0.0.1/32"],
            Users = new Dictionary<string, UserOptions>(StringComparer.Ordinal)
            {
                ["gateway"] = new() { PasswordHash = hash, Senders = ["*@gateway.example.com"] },
            },
        };
        Settings = Settings with
        {
            Access = new AccessRules(access),
            Logins = authenticator.SettingsOf(access, new ListenerOptions { AllowClearTextAuth = true }),
        };
        var server = await ConnectAsync("127.0.0.9");
        var login = Convert.ToBase64String("\0gateway\0secret"u8);

        await server.SayAllAsync("EHLO me", $"AUTH PLAIN {login}", "XCLIENT HELO=client PROTO=ESMTP", "MAIL FROM:<a@example.com>");

        Assert.That(await server.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("550 5.7.1 "));
    }

    [Test]
    public async Task It_may_come_again_and_not_within_a_transaction()
    {
        var server = await ConnectAsync("127.0.0.9");
        await server.SayAllAsync("XCLIENT ADDR=192.0.2.1", "XCLIENT ADDR=127.0.0.3", "EHLO me", "MAIL FROM:<a@example.com>");

        Assert.That(await server.SayAsync("XCLIENT ADDR=127.0.0.4"), Does.StartWith("503 5.5.1 "));
        await server.SayAllAsync("RCPT TO:<b@example.com>");
    }

    [TestCase("")]
    [TestCase("ADDR")]
    [TestCase("ADDR=")]
    [TestCase("ADDR=1")]
    [TestCase("ADDR=127.0.0.1%1")]
    [TestCase("ADDR=::1")]
    [TestCase("ADDR=IPV6:127.0.0.1")]
    [TestCase("ADDR=IPV6:[::1]")]
    [TestCase("PORT=65536")]
    [TestCase("PORT=x")]
    [TestCase("PROTO=LMTP")]
    [TestCase("HELO=a+20b")]
    [TestCase("HELO=a+0D+0Ab")]
    [TestCase("NAME=a+zz")]
    [TestCase("DESTADDR=127.0.0.1")]
    [TestCase("=x")]
    public async Task What_is_not_right_is_refused_and_changes_nothing(string attributes)
    {
        var server = await ConnectAsync("127.0.0.9");

        Assert.That(await server.SayAsync($"XCLIENT {attributes}"), Does.StartWith("501 5.5.4 "));
        Assert.That(
            await server.SayAsync($"XCLIENT ADDR=192.0.2.1 {attributes}".TrimEnd()),
            Does.StartWith(attributes.Length == 0 ? "220" : "501")
        );
        await server.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>");
        Assert.That(await server.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith(attributes.Length == 0 ? "550" : "250"));
    }
}
