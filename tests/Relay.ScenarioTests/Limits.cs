using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>Each bound on what a client may ask for has a reply of its own, and the next message of an honest client is not harmed.</summary>
internal sealed class Limits : Scenario
{
    [Test]
    public async Task A_message_that_claims_to_be_too_large_is_refused_at_MAIL()
    {
        var (_, client) = await StartAsync("Limits:MessageSize", 100_000);

        var reply = await client.CommandAsync("MAIL FROM:<a@example.com> SIZE=100001");

        Assert.That(reply, Does.StartWith("552 5.3.4 "));
        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250"));
    }

    [Test]
    public async Task A_message_that_is_too_large_is_refused_whatever_it_claimed()
    {
        var (sink, client) = await StartAsync("Limits:MessageSize", 100_000);
        await client.CommandAsync("MAIL FROM:<a@example.com> SIZE=100");
        await client.CommandAsync("RCPT TO:<b@example.com>");
        await client.CommandAsync("DATA");

        var reply = await client.CommandAsync(TestMessages.OfSize(200_000) + ".");

        Assert.That(reply, Does.StartWith("552 5.3.4 "));
        Assert.That(sink.Count, Is.Zero);
        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250"));
    }

    [Test]
    public async Task Recipients_past_the_limit_are_refused_and_the_others_get_the_message()
    {
        var (sink, client) = await StartAsync("Limits:Recipients", 100, keepMessages: true);
        await client.CommandAsync("MAIL FROM:<a@example.com>");

        var replies = new List<string>();
        for (var number = 1; number <= 101; number++)
        {
            replies.Add(await client.CommandAsync($"RCPT TO:<r{number}@example.com>"));
        }

        await client.CommandAsync("DATA");
        var reply = await client.CommandAsync(TestMessages.Small + ".");

        Assert.That(replies.Take(100), Has.All.StartsWith("250 2.1.5 "));
        Assert.That(replies[100], Does.StartWith("452 4.5.3 ")); // RFC 5321 §4.5.3.1.10
        Assert.That(reply, Does.StartWith("250"));
        Assert.That(sink.Messages.Single().Recipients, Has.Count.EqualTo(100));
    }

    [Test]
    public async Task A_message_that_went_in_circles_is_refused()
    {
        var (sink, client) = await StartAsync("Limits:Errors", 20);
        var circling =
            string.Concat(Enumerable.Repeat("Received: from here by there; Mon, 1 Jan 2024 00:00:00 +0000\r\n", 36)) + TestMessages.Small;

        var reply = await client.SendMailAsync("a@example.com", "b@example.com", circling);

        Assert.That(reply, Does.StartWith("554 5.4.6 "));
        Assert.That(sink.Count, Is.Zero);
    }

    [TestCase("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")]
    [TestCase(
        "POST /mail HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 60\r\n\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n"
    )]
    public async Task A_browser_is_told_that_this_is_SMTP_and_nothing_of_its_request_is_run(string request)
    {
        var (sink, client) = await StartAsync("Limits:Errors", 20);
        await client.SendAsync(request);

        var reply = await client.ReadReplyAsync();

        Assert.That(reply, Does.StartWith("421 4.7.0 ").And.Contain("HTTP"));
        Assert.That(await client.IsClosedByServerAsync(), Is.True);
        Assert.That(sink.Count, Is.Zero);
    }

    [Test]
    public async Task One_connection_too_many_of_a_client_is_answered_421()
    {
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(new RelayConfiguration().Set("Limits:ConnectionsPerClient", 2).Upstream("a", sink.Address));
        await using var first = await RawSmtpClient.OpenAsync(relay.Port, "127.0.0.9");
        await using var second = await RawSmtpClient.OpenAsync(relay.Port, "127.0.0.9");

        await using var third = await RawSmtpClient.ConnectAsync(relay.Port, "127.0.0.9");
        await using var other = await RawSmtpClient.OpenAsync(relay.Port, "127.0.0.10");

        Assert.That(await third.ReadReplyAsync(), Does.StartWith("421 4.7.0 "));
        Assert.That(await third.IsClosedByServerAsync(), Is.True);
        Assert.That(await second.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250"));
    }

    [Test]
    public async Task A_session_of_nothing_but_errors_is_closed()
    {
        var (_, client) = await StartAsync("Limits:Errors", 3);

        var replies = new List<string>();
        for (var command = 0; command < 3; command++)
        {
            replies.Add(await client.CommandAsync("NONSENSE"));
        }

        Assert.That(replies[0], Does.StartWith("500 5.5.2 ").Or.StartWith("500 5.5.1 "));
        Assert.That(await client.IsClosedByServerAsync(), Is.True);
    }

    [Test]
    public async Task A_silent_client_is_sent_away()
    {
        var (_, client) = await StartAsync("Limits:CommandTimeout", "00:00:01");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("421 4.4.2 "));
        Assert.That(await client.IsClosedByServerAsync(), Is.True);
    }

    [Test]
    public async Task Messages_of_one_client_past_the_rate_are_put_off_and_others_are_not()
    {
        var (_, client) = await StartAsync("Limits:MessagesPerClientPerMinute", 2);
        await client.SendMailAsync("a@example.com", "b@example.com");
        await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(await client.CommandAsync("MAIL FROM:<a@example.com>"), Does.StartWith("450 4.7.1 "));
    }

    [Test]
    public async Task A_session_that_lasts_too_long_is_closed_between_messages()
    {
        var (_, client) = await StartAsync("Limits:SessionTimeout", "00:00:02");
        var reply = await client.SendMailAsync("a@example.com", "b@example.com");

        Assert.That(reply, Does.StartWith("250"));
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("421 4.3.2 "));
        Assert.That(await client.IsClosedByServerAsync(), Is.True);
    }

    [Test]
    public async Task A_stranger_that_speaks_before_the_greeting_is_sent_away()
    {
        var sink = StartCountingSink();
        var configuration = new RelayConfiguration()
            .Set("Limits:GreetingDelay", "00:00:10")
            .Set("Access:Networks", new[] { "127.0.0.1/32" })
            .Upstream("a", sink.Address);
        var relay = await StartRelayAsync(configuration);
        await using var bot = await RawSmtpClient.ConnectAsync(relay.Port, "127.0.0.9");

        Assert.That(await bot.CommandAsync("EHLO bot"), Does.StartWith("421 4.7.0 "));
        Assert.That(await bot.IsClosedByServerAsync(), Is.True);
    }

    private async Task<(CountingSink Sink, RawSmtpClient Client)> StartAsync(string key, object value, bool keepMessages = false)
    {
        var sink = StartCountingSink(keepMessages);
        var relay = await StartRelayAsync(new RelayConfiguration().Set(key, value).Upstream("a", sink.Address));
        return (sink, Use(await RawSmtpClient.OpenAsync(relay.Port)));
    }
}
