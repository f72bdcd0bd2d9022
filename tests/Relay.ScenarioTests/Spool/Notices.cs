using System.Net.Http.Json;
using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Spool;

/// <summary>What senders are told while their mail waits, or after it went to a server that tells nothing: the bytes as they arrive, and when nobody is told.</summary>
internal sealed class Notices : SpoolScenario
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    [Test]
    public async Task A_sender_is_warned_once_that_a_message_waits_with_the_last_words_of_the_server()
    {
        var notices = StartCountingSink(keepMessages: true);
        var upstream = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions()));
        upstream.On(Stage.Rcpt).Reply("450 4.2.1 Mailbox busy");
        var relay = await StartRelayAsync(
            Noticing("Queue", notices).Set("Bounces:DelayWarning", "00:00:01").Upstream("a", upstream.Address)
        );

        // Those that nobody is to be told of come first: whatever is sent about them has left before the last is warned the second time.
        await SendAsync(relay, "<>", "");
        await SendAsync(relay, "<quiet@sender.test>", " NOTIFY=NEVER");
        await SendAsync(relay, "<other@sender.test>", " NOTIFY=SUCCESS,FAILURE");
        await SendAsync(relay, "<me@sender.test> RET=FULL ENVID=QQ+2B314", " NOTIFY=DELAY ORCPT=rfc822;Bob+2Bx@example.org");
        // Each had a run that began after the age of the warning, and another after that. What it wrote is in the spool with it, or gone out.
        await Until.TrueAsync(
            async () => await ListAsync(relay) is { Count: 4 } waiting && waiting.All(static item => item.Runs >= 4),
            "only the originals wait, each after four runs"
        );

        var warning = notices.Messages.Single();
        Assert.That((warning.Sender, warning.Recipients.Single()), Is.EqualTo(("", "me@sender.test")));
        Assert.That(
            warning.Content,
            Does.Contain("\r\nSubject: Your message is delayed\r\n").And.Contain("a said: 450 4.2.1 Mailbox busy")
        );
        Assert.That(
            FieldsOf(warning),
            Is.EqualTo(
                new[]
                {
                    "Original-Envelope-Id: QQ+314",
                    "Reporting-MTA: dns; relay.test",
                    "Arrival-Date",
                    "",
                    "Original-Recipient: rfc822; Bob+x@example.org",
                    "Final-Recipient: rfc822; b@example.com",
                    "Action: delayed",
                    "Status: 4.2.1",
                    "Diagnostic-Code: smtp; 450 4.2.1 Mailbox busy",
                    "Last-Attempt-Date",
                    "Will-Retry-Until",
                }
            )
        );
        AssertHeadersReturned(warning);
    }

    [Test]
    public async Task A_warning_of_a_message_that_no_server_could_be_asked_about_says_so()
    {
        var notices = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(
            Noticing("Queue", notices).Set("Bounces:DelayWarning", "00:00:01").Upstream("a", $"127.0.0.1:{LocalPort.Free()}")
        );
        relay.ExpectLogged("is ejected");

        await SendAsync(relay, "<me@sender.test>", ""); // without NOTIFY delays are told (RFC 3461 §4.1)
        await Until.TrueAsync(() => notices.Count == 1, "the sender is warned");

        var warning = notices.Messages.Single();
        Assert.That(warning.Content, Does.Contain("No server gave an answer at the last try."));
        Assert.That(
            FieldsOf(warning),
            Does.Contain("Action: delayed")
                .And.Contain("Status: 4.4.1")
                .And.None.StartsWith("Diagnostic-Code")
                .And.None.StartsWith("Original-")
        );
    }

    [Test]
    public async Task No_sender_hears_of_the_credentials_of_Relay_itself()
    {
        var notices = StartCountingSink(keepMessages: true);
        var upstream = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions()));
        upstream.On(Stage.Mail).Reply("530 5.7.0 Authentication required");
        var relay = await StartRelayAsync(
            Noticing("Queue", notices)
                .Set("Bounces:DelayWarning", "00:00:01")
                .Set("Retry:GiveUpAfter", "00:00:04")
                .Upstream("a", upstream.Address)
        );
        relay.ExpectLogged("objects to this relay");
        relay.ExpectLogged("is ejected");

        await SendAsync(relay, "<me@sender.test>", "");
        await Until.TrueAsync(() => notices.Count == 2, "the sender is warned, and told of the failure");

        Assert.That(
            notices.Messages.Select(static notice =>
                FieldsOf(notice)
                    .Where(static field =>
                        field.Contains("5.7.0", StringComparison.Ordinal)
                        || field.StartsWith("Action", StringComparison.Ordinal)
                        || field.StartsWith("Status", StringComparison.Ordinal)
                    )
            ),
            Is.EqualTo(new[] { new[] { "Action: delayed", "Status: 4.4.1" }, ["Action: failed", "Status: 4.4.7"] })
        );
        Assert.That(
            notices.Messages.Select(static notice => notice.Content),
            Has.None.Contains("530 5.7.0").And.None.Contains("Authentication required")
        );
    }

    [TestCase("Queue", Description = "the worker has delivered it")]
    [TestCase("Hybrid", Description = "it was delivered while the client waited")]
    public async Task A_sender_who_asks_for_success_hears_that_a_server_without_DSN_has_the_message(string accept)
    {
        var notices = StartCountingSink(keepMessages: true);
        var (silent, telling) = (
            StartCountingSink(keepMessages: true),
            Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions()))
        );
        var relay = await StartRelayAsync(
            Noticing(accept, notices)
                .Upstream("a", silent.Address)
                .Set("Groups:telling:Upstreams:b", new { telling.Address })
                .Set("Routes", new object[] { new { To = "*@telling.test", Group = "telling" }, new { Group = "default" } })
        );

        await SendAsync(relay, "<>", " NOTIFY=SUCCESS");
        await SendAsync(relay, "<quiet@sender.test>", " NOTIFY=NEVER");
        await SendAsync(relay, "<unasked@sender.test>", "");
        await SendAsync(relay, "<told@sender.test>", " NOTIFY=SUCCESS ORCPT=rfc822;b@telling.test", "b@telling.test");
        await SendAsync(relay, "<me@sender.test> RET=FULL ENVID=QQ+2B314", " NOTIFY=SUCCESS,DELAY ORCPT=rfc822;Bob+2Bx@example.org");
        await Until.TrueAsync(() => (silent.Count, telling.Accepted.Count) == (4, 1), "all messages have arrived");
        await UntilEmptyAsync(relay); // a notice is stored in the commit that ends its original

        var notice = notices.Messages.Single();
        Assert.That((notice.Sender, notice.Recipients.Single()), Is.EqualTo(("", "me@sender.test")));
        Assert.That(
            notice.Content,
            Does.Contain("\r\nSubject: Your message was passed on\r\n").And.Contain("server a said: 250 2.0.0 taken")
        );
        Assert.That(
            FieldsOf(notice),
            Is.EqualTo(
                new[]
                {
                    "Original-Envelope-Id: QQ+314",
                    "Reporting-MTA: dns; relay.test",
                    "Arrival-Date",
                    "",
                    "Original-Recipient: rfc822; Bob+x@example.org",
                    "Final-Recipient: rfc822; b@example.com",
                    "Action: relayed",
                    "Status: 2.0.0",
                    "Diagnostic-Code: smtp; 250 2.0.0 taken",
                    "Last-Attempt-Date",
                }
            )
        );
        AssertHeadersReturned(notice);
        Assert.That(
            telling.Accepted.Single().Recipients.Single(),
            Is.EqualTo("RCPT TO:<b@telling.test> NOTIFY=SUCCESS ORCPT=rfc822;b@telling.test"),
            "a server that offers DSN is asked instead"
        );
    }

    /// <summary>Notices go to a server of their own.</summary>
    private static RelayConfiguration Noticing(string accept, CountingSink notices) =>
        Spooling(accept).Set("Groups:notices:Upstreams:notices", new { notices.Address }).Set("Bounces:Group", "notices");

    private static async Task SendAsync(RelayUnderTest relay, string from, string parameters, string recipient = "b@example.com")
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await client.CommandAsync("MAIL FROM:" + from), Does.StartWith("250"));
        Assert.That(await client.CommandAsync($"RCPT TO:<{recipient}>{parameters}"), Does.StartWith("250"));
        Assert.That(await client.CommandAsync("DATA"), Does.StartWith("354"));
        Assert.That(await client.CommandAsync(TestMessages.Small + "."), Does.StartWith("250 2.0.0 OK"));
    }

    private static async Task<IReadOnlyList<Item>> ListAsync(RelayUnderTest relay) =>
        (await relay.Api.GetFromJsonAsync<Page>("/api/v1/queue?limit=1000", Json))!.Items;

    /// <summary>The lines of the part for programs; of dates, the names only.</summary>
    private static IReadOnlyList<string> FieldsOf(SinkMessage notice)
    {
        var part = notice.Content.Split("Content-Type: message/delivery-status\r\n")[1];
        var fields = part.Split("\r\n\r\n", 2)[1].Split("\r\n--")[0].TrimEnd();
        return
        [
            .. fields
                .Split("\r\n")
                .Select(static line =>
                    line.Contains("-Date: ", StringComparison.Ordinal) || line.StartsWith("Will-", StringComparison.Ordinal)
                        ? line.Split(':')[0]
                        : line
                ),
        ];
    }

    /// <summary>RFC 3461 §4.3: RET=FULL speaks of failures only.</summary>
    private static void AssertHeadersReturned(SinkMessage notice)
    {
        var returned = notice.Content.Split("Content-Type: text/rfc822-headers\r\n")[1];
        Assert.That(returned, Does.Contain("\r\nSubject: short\r\n").And.Not.Contain("Hello."));
    }

    private sealed record Page(IReadOnlyList<Item> Items);

    private sealed record Item(string Sender, int Runs);
}
