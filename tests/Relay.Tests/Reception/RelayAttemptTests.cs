namespace Relay.Tests.Reception;

/// <summary>A client from a network that is not listed tries everything there is to have mail passed on.</summary>
internal sealed class RelayAttemptTests : LoginFixture
{
    private const string Stranger = "192.0.2.1";

    private static readonly string[] Recipients =
    [
        "victim@example.net",
        "@example.com:victim@example.net",
        "@example.com,@example.org:victim@example.net",
        "@example.net:user@example.com",
        "victim%example.net@example.com",
        "victim%example.net@[127.0.0.1]",
        "example.net!victim@example.com",
        "\"victim@example.net\"@example.com",
        "\"victim%example.net\"@example.com",
        "\"victim\\@example.net\"@example.com",
        "\"example.net!victim\"@example.com",
        "victim@example.net.",
        "victim@example.com.",
        "victim@EXAMPLE.NET",
        "victim@xexample.com",
        "victim@sub.example.com",
        "victim@example.com.example.net",
        "victim@[127.0.0.1]",
        "victim@[IPv6:::1]",
        "victim@localhost",
        "victim",
        "postmaster",
        "\"victim@example.com\"@example.net",
        "victim@example.net@example.com",
        "victim@example.com@example.net",
    ];

    private static readonly string[] Clients = [Stranger, "::ffff:192.0.2.1", "2001:db8::1", "::7f00:1", "::2", "fe80::1%1"];

    private static readonly Dictionary<string, string[]> Preludes = new(StringComparer.Ordinal)
    {
        ["at once"] = [],
        ["after HELO"] = ["HELO localhost"],
        ["with a name of ours"] = ["EHLO relay.example.com"],
        ["after a failed login"] = [Plain("app", "wrong")],
        ["after a cancelled login"] = ["AUTH LOGIN", "*"],
        ["after half a login"] = ["AUTH LOGIN", Encode("app"), "*"],
        ["after RSET"] = ["RSET"],
        ["after a transaction that was allowed"] = ["MAIL FROM:<a@example.org>", "RCPT TO:<user@example.com>", "RSET"],
        ["within one"] = ["MAIL FROM:<a@example.org>", "RCPT TO:<user@example.com>"],
        ["as one of ours"] = ["MAIL FROM:<user@example.com>"],
        ["as a bounce"] = ["MAIL FROM:<>"],
        ["in the name of a user"] = ["MAIL FROM:<a@example.com> AUTH=app@example.com"],
        ["with XCLIENT that was not offered"] = ["XCLIENT ADDR=127.0.0.1", "EHLO me"],
    };

    [SetUp]
    public void TakeMailForOneDomainFromAnybody()
    {
        Access = Access with { Recipients = ["example.com"] };
        UseLogins();
        Fail(failed => failed with { PerAddress = 1000 });
        Limit(limits => limits with { Errors = 1000 });
    }

    [TestCaseSource(nameof(Attempts))]
    public async Task A_relay_attempt_is_refused(string address, string prelude)
    {
        foreach (var recipient in Recipients)
        {
            var client = await ConnectAsync(address);
            foreach (var line in Preludes[prelude])
            {
                await client.SayAsync(line);
            }

            await client.SayAsync("MAIL FROM:<a@example.org>");
            var reply = await client.SayAsync($"RCPT TO:<{recipient}>");
            Assert.That(reply, Does.StartWith("550 5.7.1 ").Or.StartWith("501 5.1.3 "), $"{recipient} {prelude}");
            await client.SayAsync("QUIT");
        }

        Assert.That(Sink.Messages, Is.Empty);
    }

    [Test]
    public async Task A_PROXY_header_that_is_not_asked_for_ends_the_session()
    {
        var client = await ConnectAsync(Stranger);

        var reply = await client.SayAsync("PROXY TCP4 127.0.0.1 127.0.0.1 1 25");

        Assert.That(reply, Does.StartWith("550 5.7.0 "));
        Assert.That(await client.SayAsync("EHLO me"), Is.Empty, "the connection is closed");
    }

    [TestCase("user@example.com")]
    [TestCase("User+tag@EXAMPLE.com")]
    [TestCase("\"two words\"@example.com")]
    public async Task A_recipient_of_ours_gets_mail_from_anybody_but_no_trust(string recipient)
    {
        var client = await ConnectAsync(Stranger);
        await client.SayAllAsync("MAIL FROM:<a@example.org>", $"RCPT TO:<{recipient}>");
        Assert.That(await client.SayAsync("RCPT TO:<victim@example.net>"), Does.StartWith("550 5.7.1 "));
        await client.SayAllAsync("DATA", "Subject: x\r\n\r\n.");

        var message = Sink.Messages.Single().Message;
        Assert.That(message.Envelope.Recipients, Has.Count.EqualTo(1));
        Assert.That(message.Origin.IsTrusted, Is.False, "no bounce goes to a sender whom anybody may have made up");
    }

    [Test]
    public async Task A_pattern_may_take_mail_for_a_single_address()
    {
        Access = Access with { Recipients = ["info@example.com", "*.example.org"] };
        UseLogins();
        var client = await ConnectAsync(Stranger);
        await client.SayAllAsync("MAIL FROM:<a@example.net>", "RCPT TO:<info@example.com>", "RCPT TO:<x@mail.example.org>");

        Assert.That(await client.SayAsync("RCPT TO:<other@example.com>"), Does.StartWith("550 5.7.1 "));
        Assert.That(await client.SayAsync("RCPT TO:<x@example.org>"), Does.StartWith("550 5.7.1 "));
    }

    private static IEnumerable<TestCaseData> Attempts() =>
        from client in Clients
        from prelude in Preludes.Keys
        select new TestCaseData(client, prelude);
}
