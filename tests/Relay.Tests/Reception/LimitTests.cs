using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Tests.Reception;

internal sealed class LimitTests : ReceptionFixture
{
    [Test]
    public async Task More_recipients_than_allowed_are_put_off_and_the_others_keep_their_place()
    {
        Limit(limits => limits with { Recipients = 2 });
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "RCPT TO:<c@example.com>");

        Assert.That(await client.SayAsync("RCPT TO:<d@example.com>"), Does.StartWith("452 4.5.3 "));
        await client.SayAllAsync("DATA", ".");
        Assert.That(Sink.Messages.Single().Message.Envelope.Recipients, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task The_sink_may_refuse_a_recipient_in_its_own_words()
    {
        Sink.OnRecipient = recipient => recipient.Path.Text.StartsWith('x') ? new SmtpReply(452, new(4, 5, 3), "another group") : null;
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");

        Assert.That(await client.SayAsync("RCPT TO:<x@example.com>"), Is.EqualTo("452 4.5.3 another group"));
    }

    [Test]
    public async Task Too_many_errors_end_the_session()
    {
        Limit(limits => limits with { Errors = 3 });
        var client = await ConnectAsync();
        await client.SayAsync("XYZZY");
        await client.SayAsync("XYZZY");

        Assert.That(await client.SayAsync("XYZZY"), Does.StartWith("500 "), "the command has its reply");
        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.7.0 Too many errors"));
    }

    [Test]
    public async Task An_accepted_message_makes_up_for_errors()
    {
        Limit(limits => limits with { Errors = 3 });
        var client = await ConnectAsync();
        for (var count = 0; count < 5; count++)
        {
            await client.SayAsync("XYZZY");
            await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", ".");
        }
    }

    [Test]
    public async Task Temporary_refusals_are_no_errors()
    {
        Limit(limits => limits with { Errors = 3 });
        Sink.OnRecipient = _ => Replies.LocalError;
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        for (var count = 0; count < 10; count++)
        {
            Assert.That(await client.SayAsync("RCPT TO:<b@example.com>"), Does.StartWith("451 "));
        }
    }

    [Test]
    public async Task Too_many_commands_without_mail_end_the_session()
    {
        Limit(limits => limits with { CommandsWithoutMail = 5 });
        var client = await ConnectAsync(); // EHLO is the first
        await client.SayAllAsync("NOOP", "RSET", "VRFY a", "NOOP", "NOOP");

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.7.0 Too many commands"));
    }

    [Test]
    public async Task A_message_begins_the_count_of_commands_without_mail_anew()
    {
        Limit(limits => limits with { CommandsWithoutMail = 5 });
        var client = await ConnectAsync();
        for (var count = 0; count < 4; count++)
        {
            await client.SayAllAsync("RSET", "NOOP", "RSET", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", ".");
        }
    }

    [Test]
    public async Task A_line_of_a_message_that_is_too_long_is_refused_after_the_end()
    {
        Limit(limits => limits with { LineLength = 100 });
        var client = await ConnectToDataAsync();

        Assert.That(await client.SayAsync(new string('a', 99) + "\r\n."), Does.StartWith("554 5.6.0 "));
    }

    [Test]
    public async Task MAIL_is_put_off_while_there_is_no_room_for_bodies()
    {
        // A folder that does not exist has no free space.
        Settings = Settings with
        {
            Storage = new BodyStorage(0, "/no-such-folder/at-all", Time),
        };
        Assert.That(Settings.Storage.HasRoomForMore, Is.False, "the premise");
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("MAIL FROM:<a@example.com>"), Does.StartWith("452 4.3.1 "));
    }
}
