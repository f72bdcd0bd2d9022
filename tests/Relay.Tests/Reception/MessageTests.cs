using Relay.Core.Configuration;
using Relay.Core.Messages;

namespace Relay.Tests.Reception;

internal sealed class MessageTests : ReceptionFixture
{
    [Test]
    public async Task A_message_goes_to_the_sink_with_its_envelope_its_origin_and_its_bytes()
    {
        var client = await ConnectToDataAsync();

        await client.SendRawAsync("Subject: x\r\n\r\n..dot\r\nend \u00e9\r\n.\r\n");
        Assert.That(await client.ReadReplyAsync(), Is.EqualTo("250 2.0.0 taken"));

        var (message, body) = Sink.Messages.Single();
        Assert.That(message.Envelope.Sender.Text, Is.EqualTo("a@example.com"));
        Assert.That(message.Envelope.Recipients.Select(recipient => recipient.Path.Text), Is.EqualTo(["b@example.com"]));
        Assert.That(message.Origin, Is.EqualTo(new MessageOrigin(System.Net.IPAddress.Loopback, "client.example.com", "smtp")));
        Assert.That(message.Body.Traits, Is.EqualTo(BodyTraits.EightBitContent));
        Assert.That(body, Does.EndWith("\r\nSubject: x\r\n\r\n.dot\r\nend \u00e9\r\n"));
        Assert.That(message.Body.Length, Is.EqualTo(body.Length));
    }

    [Test]
    public async Task A_session_carries_many_messages_each_with_an_id_of_its_own()
    {
        var client = await ConnectAsync();
        for (var count = 0; count < 3; count++)
        {
            await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", $"{count}\r\n.");
        }

        Assert.That(Sink.Messages.Select(message => message.Body[^3..]), Is.EqualTo(["0\r\n", "1\r\n", "2\r\n"]));
        Assert.That(Sink.Messages.Select(message => message.Message.Id).Distinct().Count(), Is.EqualTo(3));
    }

    [Test]
    public async Task Replies_to_pipelined_commands_are_sent_in_one_flush()
    {
        var client = await ConnectAsync();
        var before = client.Replies.Flushes;

        await client.SendRawAsync("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n");
        var replies = await client.ReadRepliesAsync(4);
        Assert.That(replies.Select(reply => reply[..3]), Is.EqualTo(["250", "250", "250", "354"]));
        Assert.That(client.Replies.Flushes - before, Is.EqualTo(1));

        await client.SendRawAsync("x\r\n.\r\n");
        await client.ReadReplyAsync();
        Assert.That(client.Replies.Flushes - before, Is.EqualTo(2));
    }

    [Test]
    public async Task Everything_may_come_in_one_write_and_each_byte_may_come_alone([Values] bool byteByByte)
    {
        const string dialogue =
            "EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nx\r\n.\r\nMAIL FROM:<>\r\nRCPT TO:<c@example.com>\r\nDATA\r\n.\r\nQUIT\r\n";
        var client = ConnectRaw();
        await client.ReadReplyAsync();

        foreach (var piece in dialogue.Chunk(byteByByte ? 1 : dialogue.Length))
        {
            await client.SendRawAsync(new string(piece));
        }

        var replies = (await client.ReadRepliesAsync(10)).Select(reply => reply[..3]);
        Assert.That(replies, Is.EqualTo(["250", "250", "250", "354", "250", "250", "250", "354", "250", "221"]));
        Assert.That(Sink.Messages, Has.Count.EqualTo(2));
    }

    [TestCase("a\nb\r\n.\r\n", "554 5.6.11 ")]
    [TestCase("a\0b\r\n.\r\n", "554 5.6.0 ")]
    public async Task A_message_that_breaks_a_rule_is_refused_after_its_end_and_the_session_goes_on(string wire, string reply)
    {
        var client = await ConnectToDataAsync();

        await client.SendRawAsync(wire);

        Assert.That(await client.ReadReplyAsync(), Does.StartWith(reply));
        Assert.That(Sink.Messages, Is.Empty);
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
    }

    [Test]
    public async Task A_bare_newline_is_made_a_line_end_when_the_configuration_says_so()
    {
        Settings = Settings with { BareNewlines = BareNewlineHandling.Normalize };
        var client = await ConnectToDataAsync();

        await client.SendRawAsync("a\n.\nb\r\n.\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        Assert.That(Sink.Messages.Single().Body, Does.EndWith("\r\na\r\n.\r\nb\r\n"));
    }

    [TestCase(34, "250 ")]
    [TestCase(35, "554 5.4.6 ")]
    public async Task A_message_that_goes_in_circles_is_refused(int hops, string reply)
    {
        var client = await ConnectToDataAsync();

        await client.SendRawAsync(string.Concat(Enumerable.Repeat("Received: from x\r\n", hops)) + "\r\nx\r\n.\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith(reply));
    }

    [Test]
    public async Task A_message_too_large_is_refused_after_its_end_whatever_SIZE_claimed()
    {
        Limit(limits => limits with { MessageSize = 1000 });
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com> SIZE=1", "RCPT TO:<b@example.com>", "DATA");

        await client.SendRawAsync(string.Concat(Enumerable.Repeat("0123456789\r\n", 20_000)) + ".\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("552 5.3.4 "));
    }

    [Test]
    public async Task A_large_message_goes_through_a_file_and_comes_out_whole()
    {
        var client = await ConnectToDataAsync();
        var content = string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 3000));

        await client.SendRawAsync(content + ".\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        Assert.That(Sink.Messages.Single().Body, Does.EndWith(content));
    }

    [Test]
    public async Task A_sink_that_throws_costs_the_client_a_451_and_not_the_session()
    {
        Sink.OnMessage = (_, _) => throw new InvalidOperationException("broken on purpose");
        var client = await ConnectToDataAsync();

        Assert.That(await client.SayAsync("."), Does.StartWith("451 4.3.0 ").And.Not.Contain("purpose"));
        Assert.That(Log.Errors.Single(), Does.Contain("broken on purpose"));
        Log.Lines.Clear();
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
    }

    [Test]
    public async Task A_body_that_cannot_be_stored_is_answered_451_after_its_end()
    {
        var folder = Directory.CreateTempSubdirectory("relay-test-");
        Settings = Settings with { Storage = new BodyStorage(0, folder.FullName, Time) };
        var client = await ConnectToDataAsync();
        folder.Delete();

        await client.SendRawAsync(new string('x', 5000) + "\r\n");
        await client.SendRawAsync("more\r\n.\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("451 4.3.0 "));
        Assert.That(Log.Errors.Single(), Does.Contain("could not be stored"));
        Log.Lines.Clear();
    }
}
