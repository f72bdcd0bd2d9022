using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.Spool;

/// <summary>What a client is told, and what becomes of its message, when Relay may keep it.</summary>
internal sealed class Accepting : SpoolScenario
{
    [Test]
    public async Task Hybrid_passes_on_what_an_upstream_says_while_the_client_waits()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(Spooling("Hybrid").Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.Match("^250 2.0.0 OK [0-9A-Z]{26} via a: "));

        Assert.That((sink.Count, await CountAsync(relay)), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Hybrid_keeps_what_nobody_takes_and_delivers_it_once_when_somebody_does()
    {
        var sink = StartCountingSink(keepMessages: true);
        await sink.StopAsync();
        var relay = await StartRelayAsync(Spooling("Hybrid").Upstream("a", sink.Address));
        relay.ExpectLogged("is ejected");
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        for (var number = 0; number < 20; number++)
        {
            Assert.That(
                await client.SendMailAsync($"s{number}@example.com", "b@example.com"),
                Does.Match("^250 2.0.0 OK [0-9A-Z]{26} queued$")
            );
        }

        Assert.That(await CountAsync(relay), Is.EqualTo(20));
        sink.Start();
        await UntilEmptyAsync(relay);

        Assert.That(
            sink.Messages.Select(static message => message.Sender),
            Is.EquivalentTo(Enumerable.Range(0, 20).Select(static number => $"s{number}@example.com"))
        );
    }

    [Test]
    public async Task Hybrid_passes_on_a_refusal_and_keeps_nothing()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions()));
        upstream.On(Stage.Rcpt).Reply("550 5.1.1 No such mailbox");
        var relay = await StartRelayAsync(Spooling("Hybrid").Upstream("a", upstream.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.Match("^550 5.1.1 [0-9A-Z]{26} via a: "));

        Assert.That(await CountAsync(relay), Is.Zero);
    }

    [Test]
    public async Task An_attempt_that_the_budget_ends_under_goes_on_and_no_second_one_begins()
    {
        var sink = StartCountingSink();
        sink.Hold();
        var relay = await StartRelayAsync(Spooling("Hybrid").Set("Retry:Schedule", new[] { "00:00:01" }).Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.Contain(" queued"));

        Assert.That((await CountAsync(relay), sink.Waiting), Is.EqualTo((1, 1)));
        sink.Release();
        await UntilEmptyAsync(relay);
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Queue_answers_at_once_and_delivers_from_the_spool()
    {
        var sink = StartCountingSink();
        sink.Hold();
        var relay = await StartRelayAsync(Spooling("Queue").Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.Contain(" queued"));

        sink.Release();
        await UntilEmptyAsync(relay);
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [Test]
    public async Task Recipients_of_several_groups_are_taken_in_one_message_and_each_gets_it()
    {
        var (one, two) = (StartCountingSink(keepMessages: true), StartCountingSink(keepMessages: true));
        var relay = await StartRelayAsync(
            Spooling("Hybrid")
                .Upstream("a", one.Address)
                .Set("Groups:other:Upstreams:b", new { two.Address })
                .Set("Routes", new object[] { new { To = "*@other.test", Group = "other" }, new { Group = "default" } })
        );
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("a@example.com", ["b@example.com", "c@other.test"]);

        Assert.That(reply, Does.StartWith("250 2.0.0 OK "));
        Assert.That(one.Messages.Single().Recipients, Is.EqualTo(new[] { "b@example.com" }));
        Assert.That(two.Messages.Single().Recipients, Is.EqualTo(new[] { "c@other.test" }));
    }

    [Test]
    public async Task Of_mixed_recipients_the_refused_are_bounced_and_the_deferred_tried_again()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions()));
        upstream.On(Stage.Rcpt).For("no@example.com").Reply("550 5.1.1 No such mailbox");
        upstream.On(Stage.Rcpt).For("later@example.com").Times(1).Reply("450 4.2.1 Busy");
        var relay = await StartRelayAsync(Spooling("Hybrid").Upstream("a", upstream.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        var reply = await client.SendMailAsync("me@example.com", ["yes@example.com", "no@example.com", "later@example.com"]);
        await UntilEmptyAsync(relay);

        Assert.That(reply, Does.Contain(" queued"));
        var bounce = upstream.Accepted.Single(static mail => mail.From.StartsWith("MAIL FROM:<>", StringComparison.Ordinal));
        Assert.That(bounce.Recipients.Single(), Does.StartWith("RCPT TO:<me@example.com>"));
        Assert.That(
            bounce.Text,
            Does.Contain("Final-Recipient: rfc822; no@example.com").And.Contain("Status: 5.1.1").And.Not.Contain("later@example.com")
        );
        Assert.That(
            upstream
                .Accepted.Where(static mail => !mail.From.StartsWith("MAIL FROM:<>", StringComparison.Ordinal))
                .SelectMany(static mail => mail.Recipients),
            Is.EquivalentTo(new[] { "RCPT TO:<yes@example.com>", "RCPT TO:<later@example.com>" })
        );
    }

    [Test]
    public async Task A_message_that_nobody_ever_takes_comes_back()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions()));
        upstream.On(Stage.Rcpt).For("b@example.com").Reply("450 4.2.1 Busy");
        var relay = await StartRelayAsync(Spooling("Hybrid").Set("Retry:GiveUpAfter", "00:00:03").Upstream("a", upstream.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        await client.SendMailAsync("me@example.com", "b@example.com");
        await UntilEmptyAsync(relay);

        var bounce = upstream.Accepted.Single();
        Assert.That(bounce.From, Does.StartWith("MAIL FROM:<>"));
        Assert.That(bounce.Recipients.Single(), Does.StartWith("RCPT TO:<me@example.com>"));
        Assert.That(bounce.Text, Does.Contain("Diagnostic-Code: smtp; 450 4.2.1 Busy"));
    }

    [Test]
    public async Task A_full_spool_takes_no_more_and_says_so()
    {
        var relay = await StartRelayAsync(Spooling("Queue").Set("Spool:MaximumMessages", 2).Upstream("a", $"127.0.0.1:{LocalPort.Free()}"));
        relay.ExpectLogged("is ejected");
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await client.SendMailAsync("a@example.com", "b@example.com");
        await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(await client.CommandAsync("MAIL FROM:<a@example.com>"), Is.EqualTo("452 4.3.1 The spool is full; try again later"));

        using var ready = await relay.Api.GetAsync("/health/ready");
        Assert.That((int)ready.StatusCode, Is.EqualTo(503));
        Assert.That(await ready.Content.ReadAsStringAsync(), Does.Contain("the spool holds 2 messages"));
    }
}
