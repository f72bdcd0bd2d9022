using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception.Extensions;

namespace Relay.Tests.Reception;

/// <summary>Messages by BDAT (RFC 3030).</summary>
internal sealed class ChunkingTests : ReceptionFixture
{
    // A line of a dot alone, dots at line starts and something that looks like the end of data: in a chunk all of it is content.
    private const string Troublesome = "Subject: x\r\n\r\n.\r\n..\r\n.a\r\n\r\n.\r\nMAIL FROM:<evil@example.com>\r\nQUIT\r\n";

    [SetUp]
    public void StampNothing() => Settings = Settings with { StampReceived = false };

    [Test]
    public async Task CHUNKING_is_offered_and_BINARYMIME_is_not()
    {
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("EHLO me"), Does.Contain("CHUNKING").And.Not.Contain("BINARYMIME"));
    }

    [Test]
    public async Task What_is_not_offered_is_not_implemented()
    {
        Settings = Settings with { Extensions = StandardExtensions.Create(100, chunking: false) };
        var client = await ConnectAsync();

        Assert.That(await client.SayAsync("BDAT 10 LAST"), Does.StartWith("502 5.5.1 "));
    }

    [Test]
    public async Task A_message_arrives_as_it_is_wherever_it_is_cut_into_chunks()
    {
        var client = await ConnectAsync();
        for (var cut = 0; cut <= Troublesome.Length; cut++)
        {
            await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
            await client.SendRawAsync($"BDAT {cut}\r\n{Troublesome[..cut]}");
            Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 2.0.0 Chunk OK"));
            await client.SendRawAsync($"BDAT {Troublesome.Length - cut} LAST\r\n{Troublesome[cut..]}");
            Assert.That(await client.ReadReplyAsync(), Is.EqualTo("250 2.0.0 taken"), $"cut at {cut}");
        }

        Assert.That(Sink.Messages.Select(message => message.Body), Is.All.EqualTo(Troublesome));
        Assert.That(Sink.Messages, Has.Count.EqualTo(Troublesome.Length + 1));
    }

    [Test]
    public async Task What_comes_byte_by_byte_is_the_same()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
        foreach (var one in $"BDAT 3\r\n{Troublesome[..3]}BDAT {Troublesome.Length - 3} LAST\r\n{Troublesome[3..]}NOOP\r\n")
        {
            await client.SendRawAsync(one.ToString());
        }

        Assert.That(await client.ReadRepliesAsync(3), Is.EqualTo(["250 2.0.0 Chunk OK", "250 2.0.0 taken", "250 2.0.0 OK"]));
        Assert.That(Sink.Messages.Single().Body, Is.EqualTo(Troublesome));
    }

    [Test]
    public async Task Everything_may_be_pipelined()
    {
        var client = await ConnectAsync();
        const string Mail = "MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 3\r\na\r\nBDAT 3\r\nb\r\nBDAT 0 LAST\r\n";
        await client.SendRawAsync(Mail + Mail + "QUIT\r\n");

        var replies = (await client.ReadToEndAsync()).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);

        Assert.That(
            string.Join(' ', replies.Select(reply => reply[..9])),
            Is.EqualTo("250 2.1.0 250 2.1.5 250 2.0.0 250 2.0.0 250 2.0.0 250 2.1.0 250 2.1.5 250 2.0.0 250 2.0.0 250 2.0.0 221 2.0.0")
        );
        Assert.That(Sink.Messages.Select(message => message.Body), Is.EqualTo(["a\r\nb\r\n", "a\r\nb\r\n"]));
    }

    [Test]
    public async Task The_reply_to_the_last_chunk_is_that_of_the_message()
    {
        Sink.OnMessage = (_, _) => ValueTask.FromResult(new SmtpReply(451, new(4, 3, 0), "later"));
        var client = await ConnectToChunksAsync();

        await client.SendRawAsync("BDAT 3 LAST\r\na\r\n");

        Assert.That(await client.ReadReplyAsync(), Is.EqualTo("451 4.3.0 later"));
        Assert.That(await client.SayAsync("BDAT 0 LAST"), Does.StartWith("503 5.5.1 "), "the transaction is over");
    }

    [TestCase("", "503 5.5.1 ")]
    [TestCase("MAIL FROM:<a@example.com>", "503 5.5.1 ")]
    public async Task Chunks_without_a_transaction_are_read_and_refused(string before, string reply)
    {
        var client = await ConnectAsync();
        if (before.Length > 0)
        {
            await client.SayAllAsync(before);
        }

        await client.SendRawAsync("BDAT 40 LAST\r\nRCPT TO:<evil@example.com>\r\nRSET\r\nQUIT\r\nNOOP\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith(reply));
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 2.0.0 OK"), "what stood in the chunk was not run");
        Assert.That(Sink.Messages, Is.Empty);
    }

    [TestCase("DATA", "503 5.5.1 ")]
    [TestCase("RCPT TO:<c@example.com>", "503 5.5.1 ")]
    [TestCase("MAIL FROM:<c@example.com>", "503 5.5.1 ")]
    public async Task Within_a_message_in_chunks_other_commands_of_mail_are_refused_and_the_message_goes_on(string line, string reply)
    {
        var client = await ConnectToChunksAsync();
        await client.SendRawAsync("BDAT 3\r\na\r\n");
        await client.ReadReplyAsync();

        Assert.That(await client.SayAsync(line), Does.StartWith(reply));
        await client.SendRawAsync("BDAT 3 LAST\r\nb\r\n");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        Assert.That(Sink.Messages.Single().Body, Is.EqualTo("a\r\nb\r\n"));
    }

    [TestCase("RSET")]
    [TestCase("EHLO again")]
    [TestCase("HELO again")]
    public async Task What_came_is_dropped_by(string line)
    {
        var client = await ConnectToChunksAsync();
        await client.SendRawAsync("BDAT 8\r\ndropped\n");
        await client.ReadReplyAsync();
        await client.SayAllAsync(line);
        Assert.That(Settings.Storage.MemoryInUse, Is.Zero);

        await client.SayAllAsync("EHLO me", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
        await client.SendRawAsync("BDAT 3 LAST\r\na\r\n");

        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        Assert.That(Sink.Messages.Single().Body, Is.EqualTo("a\r\n"));
    }

    [Test]
    public async Task DATA_after_chunks_that_were_dropped_knows_its_dots_again()
    {
        var client = await ConnectToChunksAsync();
        await client.SendRawAsync("BDAT 1\r\n\r");
        await client.ReadReplyAsync();
        await client.SayAllAsync("RSET", "MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA", "..a\r\n.");

        Assert.That(Sink.Messages.Single().Body, Is.EqualTo(".a\r\n"));
    }

    [Test]
    public async Task A_client_that_goes_away_between_chunks_leaves_nothing()
    {
        var client = await ConnectToChunksAsync();
        await client.SendRawAsync("BDAT 3\r\na\r\n");
        await client.ReadReplyAsync();

        await client.DisposeAsync();

        Assert.That(Sink.Messages, Is.Empty);
    }

    [Test]
    public async Task A_message_too_large_is_refused_at_once_and_to_its_end_and_no_memory_is_held()
    {
        Limit(limits => limits with { MessageSize = 10 });
        var client = await ConnectToChunksAsync();
        await client.SendRawAsync("BDAT 6\r\naaaa\r\n");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
        await client.SendRawAsync("BDAT 6\r\nQUIT\r\n");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("552 5.3.4 "));
        Assert.That(Settings.Storage.MemoryInUse, Is.Zero);
        await client.SendRawAsync("BDAT 6\r\nQUIT\r\nBDAT 0 LAST\r\n");

        Assert.That(await client.ReadRepliesAsync(2), Is.All.StartsWith("552 5.3.4 "));
        await client.SayAllAsync("MAIL FROM:<a@example.com>");
        Assert.That(Sink.Messages, Is.Empty);
    }

    [TestCase("a\nb\r\n")]
    [TestCase("a\rb\r\n")]
    [TestCase("a\r\r\n")]
    [TestCase("a\r\n\n.\r\n")]
    [TestCase("a\r")]
    [TestCase("a\n")]
    public async Task A_newline_that_stands_alone_is_refused_wherever_the_chunks_are_cut(string content)
    {
        var client = await ConnectAsync();
        for (var cut = 0; cut <= content.Length; cut++)
        {
            Assert.That(await SendInTwoAsync(client, content, cut), Does.StartWith("554 5.6.11 "), $"cut at {cut}");
        }

        Assert.That(Sink.Messages, Is.Empty);
    }

    [TestCase("a\nb\r\n", "a\r\nb\r\n")]
    [TestCase("a\rb\r\n", "a\r\nb\r\n")]
    [TestCase("a\n.\r\n", "a\r\n.\r\n")]
    [TestCase("a\r\r\n", "a\r\n\r\n")]
    [TestCase("a\r", "a\r\n")]
    [TestCase("a\r\n", "a\r\n")]
    [TestCase("a", "a")]
    public async Task A_newline_that_stands_alone_is_made_a_line_end_wherever_the_chunks_are_cut(string content, string body)
    {
        Settings = Settings with { BareNewlines = BareNewlineHandling.Normalize };
        var client = await ConnectAsync();
        for (var cut = 0; cut <= content.Length; cut++)
        {
            Assert.That(await SendInTwoAsync(client, content, cut), Does.StartWith("250 "));
        }

        Assert.That(Sink.Messages.Select(message => message.Body), Is.All.EqualTo(body));
    }

    [TestCase("a\0b\r\n", "554 5.6.0 ")]
    public async Task A_NUL_is_refused(string content, string reply)
    {
        var client = await ConnectAsync();

        Assert.That(await SendInTwoAsync(client, content, 1), Does.StartWith(reply));
    }

    [TestCase("BDAT")]
    [TestCase("BDAT x")]
    [TestCase("BDAT -1")]
    [TestCase("BDAT 1 FIRST")]
    [TestCase("BDAT 1 LAST LAST")]
    [TestCase("BDAT 99999999999999999999")]
    [TestCase("BDAT 000000000000000000001")]
    public async Task Nothing_is_read_as_commands_behind_a_chunk_whose_size_nobody_knows(string line)
    {
        var client = await ConnectToChunksAsync();

        await client.SendRawAsync(line + "\r\nNOOP\r\n");

        Assert.That(await client.ReadToEndAsync(), Is.EqualTo("501 5.5.4 Syntax error in arguments\r\n"));
    }

    [Test]
    public async Task Bytes_above_127_are_seen_and_hops_are_counted()
    {
        Settings = Settings with { StampReceived = true };
        var client = await ConnectAsync();
        Assert.That(await SendInTwoAsync(client, "Subject: \u00e9\r\n\r\n\u00e9\r\n", 9), Does.StartWith("250 "));
        Assert.That(
            await SendInTwoAsync(client, string.Concat(Enumerable.Repeat("Received: x\r\n", 35)) + "\r\n", 100),
            Does.StartWith("554 5.4.6 ")
        );

        var message = Sink.Messages.Single();
        Assert.That(message.Message.Body.Traits, Is.EqualTo(BodyTraits.EightBitHeader | BodyTraits.EightBitContent));
        Assert.That(
            message.Body,
            Does.StartWith("Received: from client.example.com ").And.EndsWith("\r\nSubject: \u00e9\r\n\r\n\u00e9\r\n")
        );
    }

    [Test]
    public async Task Silence_within_a_chunk_ends_the_session()
    {
        var client = await ConnectToChunksAsync();
        await client.SendRawAsync("BDAT 10\r\nabc");
        await UntilAsync(() =>
        {
            Pass(TimeSpan.FromMinutes(1)); // the bytes may be read after the clock has moved, and then begin a time of their own
            return client.Session.IsCompleted;
        });

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
    }

    [Test]
    public async Task All_chunks_together_have_no_more_time_than_a_message()
    {
        Limit(limits => limits with { MessageTimeout = TimeSpan.FromMinutes(10) });
        var client = await ConnectToChunksAsync();
        for (var minutes = 0; minutes < 9; minutes += 4)
        {
            await client.SendRawAsync("BDAT 3\r\na\r\n");
            Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
            Pass(TimeSpan.FromMinutes(4));
        }

        await client.SendRawAsync("BDAT 10\r\na");
        await UntilAsync(() =>
        {
            Pass(TimeSpan.FromSeconds(1));
            return client.Session.IsCompleted;
        });

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("421 4.4.2 "));
    }

    [Test]
    public async Task A_client_that_waits_for_earlier_replies_before_it_sends_the_octets_gets_them()
    {
        var client = await ConnectAsync();
        await client.SendRawAsync("MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nBDAT 3 LAST\r\n");

        Assert.That(await client.ReadRepliesAsync(2), Is.All.StartsWith("250 2.1."));
        await client.SendRawAsync("a\r\n");
        Assert.That(await client.ReadReplyAsync(), Does.StartWith("250 "));
    }

    [Test]
    public async Task A_large_message_goes_to_a_file_chunk_by_chunk()
    {
        var client = await ConnectToChunksAsync();
        var chunk = string.Concat(Enumerable.Repeat(new string('x', 998) + "\r\n", 500));
        var sending = Task.Run(async () =>
        {
            for (var count = 0; count < 4; count++)
            {
                await client.SendRawAsync($"BDAT {chunk.Length}\r\n{chunk}");
            }

            await client.SendRawAsync("BDAT 0 LAST\r\n");
        });

        Assert.That(await client.ReadRepliesAsync(5), Is.All.StartsWith("250 "));
        await sending;
        Assert.That(Sink.Messages.Single().Body, Is.EqualTo(string.Concat(Enumerable.Repeat(chunk, 4))));
    }

    private async Task<TestClient> ConnectToChunksAsync()
    {
        var client = await ConnectAsync();
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
        return client;
    }

    private static async Task<string> SendInTwoAsync(TestClient client, string content, int cut)
    {
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>");
        await client.SendRawAsync($"BDAT {cut}\r\n{content[..cut]}BDAT {content.Length - cut} LAST\r\n{content[cut..]}");
        await client.ReadReplyAsync();
        return await client.ReadReplyAsync();
    }
}
