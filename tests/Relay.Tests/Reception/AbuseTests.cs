using Relay.Core.Reception.Access;
using Relay.Core.Timing;

namespace Relay.Tests.Reception;

/// <summary>Clients that take more than their share of messages, recipients or time.</summary>
internal sealed class AbuseTests : ReceptionFixture
{
    private Heartbeat _beats = null!;
    private ClientRates _rates = null!;

    [SetUp]
    public void CountClients()
    {
        _beats = new Heartbeat(Time);
        _rates = new ClientRates(_beats, Time);
        Settings = Settings with { Rates = _rates };
    }

    [TearDown]
    public void ForgetClients()
    {
        _rates.Dispose();
        _beats.Dispose();
    }

    [Test]
    public async Task One_message_too_many_in_a_minute_is_put_off_over_all_connections_of_the_client()
    {
        Limit(limits => limits with { MessagesPerClientPerMinute = 2 });
        var first = await ConnectAsync();
        await first.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", ".", "MAIL FROM:<a@example.com>");
        var second = await ConnectAsync();
        var other = await ConnectAsync("127.0.0.2");

        Assert.That(await second.SayAsync("MAIL FROM:<a@example.com>"), Does.StartWith("450 4.7.1 "));
        await first.SayAllAsync("RCPT TO:<b@example.com>", "DATA", ".");
        await other.SayAllAsync("MAIL FROM:<a@example.com>");

        Pass(TimeSpan.FromSeconds(66));
        await second.SayAllAsync("MAIL FROM:<a@example.com>");
    }

    [Test]
    public async Task Recipients_too_many_in_a_minute_are_put_off_and_the_others_keep_their_place()
    {
        Limit(limits => limits with { RecipientsPerClientPerMinute = 2 });
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "RCPT TO:<c@example.com>");

        Assert.That(await client.SayAsync("RCPT TO:<d@example.com>"), Does.StartWith("450 4.7.1 "));
        await client.SayAllAsync("DATA", ".");
        Assert.That(Sink.Messages.Single().Message.Envelope.Recipients, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task What_is_refused_for_another_reason_is_not_counted()
    {
        Limit(limits => limits with { RecipientsPerClientPerMinute = 1 });
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        for (var count = 0; count < 3; count++)
        {
            Assert.That(await client.SayAsync("RCPT TO:<nonsense"), Does.StartWith("501 "));
        }

        await client.SayAllAsync("RCPT TO:<b@example.com>");
    }

    [Test]
    public async Task A_unix_socket_is_bound_by_no_rate()
    {
        Settings = Settings with { Access = null };
        Limit(limits => limits with { MessagesPerClientPerMinute = 1 });
        var client = await ConnectAsync(null);
        for (var count = 0; count < 3; count++)
        {
            await client.SayAllAsync("MAIL FROM:<a@example.com>", "RSET");
        }
    }

    [Test]
    public async Task A_session_that_is_too_old_is_closed_while_it_waits()
    {
        Limit(limits => limits with { SessionTimeout = TimeSpan.FromMinutes(4) });
        var client = await ConnectAsync();
        Pass(TimeSpan.FromMinutes(3));
        await client.SayAllAsync("NOOP");

        Pass(TimeSpan.FromMinutes(1));

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.3.2 The session has lasted long enough"));
    }

    [Test]
    public async Task A_session_that_is_too_old_may_end_its_transaction()
    {
        Limit(limits => limits with { SessionTimeout = TimeSpan.FromMinutes(4) });
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        Pass(TimeSpan.FromMinutes(4.5));

        await client.SayAllAsync("RCPT TO:<b@example.com>", "DATA", ".");

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.3.2 "));
        Assert.That(Sink.Messages, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_transaction_is_no_way_to_stay_for_ever()
    {
        Limit(limits => limits with { SessionTimeout = TimeSpan.FromMinutes(4), MessageTimeout = TimeSpan.FromMinutes(10) });
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        var minutes = 0;
        string reply;
        do
        {
            Pass(TimeSpan.FromMinutes(1));
            minutes++;
            reply = await client.SayAsync("RCPT TO:<b@example.com>");
        } while (reply.StartsWith("250 ", StringComparison.Ordinal) && minutes < 60);

        Assert.That(reply, Does.StartWith("421 "));
        Assert.That(minutes, Is.InRange(14, 15));
    }

    [Test]
    public async Task A_stranger_that_speaks_before_the_greeting_is_sent_away()
    {
        Limit(limits => limits with { GreetingDelay = TimeSpan.FromSeconds(3) });
        var client = ConnectRaw("192.0.2.1");

        await client.SendRawAsync("EHLO bot\r\n");

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.7.0 You spoke before the greeting"));
    }

    [Test]
    public async Task A_stranger_that_waits_is_greeted_after_the_delay()
    {
        Limit(limits => limits with { GreetingDelay = TimeSpan.FromSeconds(3) });
        var client = ConnectRaw("192.0.2.1");
        var greeting = client.ReadReplyAsync();

        Pass(TimeSpan.FromSeconds(2));
        Assert.That(greeting.IsCompleted, Is.False);
        Pass(TimeSpan.FromSeconds(2));

        Assert.That(await greeting, Does.StartWith("220 "));
        await client.SayAllAsync("EHLO me");
    }

    [Test]
    public async Task Clients_that_may_relay_are_greeted_at_once()
    {
        Limit(limits => limits with { GreetingDelay = TimeSpan.FromSeconds(3) });

        Assert.That(await ConnectRaw().ReadReplyAsync(), Does.StartWith("220 "));
    }

    [Test]
    public async Task A_stranger_that_hangs_up_before_the_greeting_leaves_nothing_behind()
    {
        Limit(limits => limits with { GreetingDelay = TimeSpan.FromSeconds(3) });
        var client = ConnectRaw("192.0.2.1");

        await client.DisposeAsync();

        Assert.That(client.Session.IsCompleted, Is.True);
    }
}
