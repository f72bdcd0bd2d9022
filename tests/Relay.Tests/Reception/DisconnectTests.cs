using CsCheck;
using Relay.Core.Messages;

namespace Relay.Tests.Reception;

internal sealed class DisconnectTests : ReceptionFixture
{
    [TestCase("")]
    [TestCase("EH")]
    [TestCase("EHLO me\r\n")]
    [TestCase("EHLO me\r\nMAIL FROM:<a@example.com>\r\n")]
    [TestCase("EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\n")]
    [TestCase("EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n")]
    [TestCase("EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nhalf a message\r\n")]
    [TestCase("EHLO me\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nhalf a message\r\n.\r")]
    public async Task A_client_that_hangs_up_leaves_nothing_behind(string said)
    {
        var client = ConnectRaw();
        await client.SendRawAsync(said);
        await client.DisposeAsync();

        Assert.That(Sink.Messages, Is.Empty);
    }

    [Test]
    public async Task A_client_that_hangs_up_after_its_dot_is_reported_to_the_sink()
    {
        using var closed = new CancellationTokenSource();
        var never = new TaskCompletionSource<SmtpReply>();
        Sink.OnMessage = (_, clientGone) => new(never.Task.WaitAsync(clientGone));
        var client = await ConnectAsync(clientClosed: closed.Token);
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA");
        await client.SendRawAsync("x\r\n.\r\n");
        await UntilAsync(() => Sink.Messages.Count == 1);

        await closed.CancelAsync();

        Assert.That(await client.ReadToEndAsync(), Is.Empty);
    }

    [Test]
    public async Task A_client_that_has_sent_more_behind_its_dot_is_not_taken_for_gone()
    {
        using var closed = new CancellationTokenSource();
        var token = closed.Token;
        Sink.OnMessage = (_, clientGone) =>
        {
            token = clientGone;
            return new(new SmtpReply(250, null, "taken"));
        };
        var client = await ConnectAsync(clientClosed: closed.Token);
        await client.SayAllAsync("MAIL FROM:<a@example.com>", "RCPT TO:<b@example.com>", "DATA");

        await client.SendRawAsync("x\r\n.\r\nQUIT\r\n");

        Assert.That(await client.ReadToEndAsync(), Does.StartWith("250 taken\r\n221 "));
        Assert.That(token.CanBeCanceled, Is.False);
    }

    [Test]
    public async Task A_body_held_by_the_sink_outlives_the_session()
    {
        Sink.OnMessage = (message, _) =>
        {
            message.Body.AddReference();
            return new(new SmtpReply(250, null, "taken"));
        };
        var client = await ConnectToDataAsync();
        await client.SayAllAsync("x\r\n.", "QUIT");
        await client.ReadToEndAsync();

        var body = Sink.Messages.Single().Message.Body;
        Assert.That(body.TryGetMemory(out var memory) && memory.Length == body.Length);
        body.Release();
    }

    [Test]
    public async Task Whatever_bytes_come_the_session_ends_in_good_order()
    {
        var fragments = Gen.OneOf(
            "EHLO a\r\n",
            "MAIL FROM:<a@b.c>\r\n",
            "RCPT TO:<a@b.c>\r\n",
            "DATA\r\n",
            ".\r\n",
            "\r\n",
            "RSET\r\n",
            "\n",
            "\r",
            "\0",
            "é",
            "x"
        );
        var inputs = Gen.OneOf(
            fragments.Array[0, 30].Select(string.Concat),
            Gen.Byte.Array[0, 200].Select(bytes => string.Concat(bytes.Select(value => (char)value)))
        ).Array[300];

        foreach (var input in inputs.Single())
        {
            var client = ConnectRaw();
            await client.SendRawAsync(input);
            await client.DisposeAsync();
        }
    }
}
