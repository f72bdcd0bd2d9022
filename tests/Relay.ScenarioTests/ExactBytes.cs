using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>What goes in comes out, byte for byte, behind one Received: field, so that signatures stay valid.</summary>
internal sealed class ExactBytes : Scenario
{
    [Test]
    public async Task Awkward_messages_arrive_as_they_were_sent()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);

        foreach (var (name, content) in TestMessages.Awkward)
        {
            var reply = await client.SendMailAsync("from@example.com", "to@example.com", TestMessages.StuffDots(content));
            Assert.That(reply, Does.StartWith("250 2.0.0 OK "), name);
            AssertArrivedExactly(sink.Messages.Last().Content, content, name);
        }

        Assert.That(sink.Count, Is.EqualTo(TestMessages.Awkward.Count));
    }

    [TestCase(1)]
    [TestCase(5_000)]
    [TestCase(64 * 1024)]
    [TestCase(3_000_000)] // Larger than what stays in memory: it goes through a temporary file.
    public async Task Messages_of_every_size_arrive_as_they_were_sent(int size)
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        var content = TestMessages.OfSize(size);

        var reply = await client.SendMailAsync("from@example.com", "to@example.com", content);

        Assert.That(reply, Does.StartWith("250 2.0.0 OK "));
        AssertArrivedExactly(sink.Messages.Single().Content, content, "content");
    }

    [Test]
    public async Task A_message_in_pieces_of_one_byte_arrives_as_it_was_sent()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        const string Content = "Subject: pieces\r\n\r\n..\r\n..one\r\n\r\nend\r\n";

        foreach (var piece in $"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n{Content}.\r\n")
        {
            await client.SendAsync(piece.ToString());
        }

        string[] replies =
        [
            await client.ReadReplyAsync(),
            await client.ReadReplyAsync(),
            await client.ReadReplyAsync(),
            await client.ReadReplyAsync(),
        ];

        Assert.That(replies.Select(static reply => reply[..3]), Is.EqualTo(new[] { "250", "250", "354", "250" }));
        AssertArrivedExactly(sink.Messages.Single().Content, "Subject: pieces\r\n\r\n.\r\n.one\r\n\r\nend\r\n", "content");
    }

    [Test]
    public async Task The_envelope_arrives_as_it_was_given()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        string[] recipients = ["First.Last+tag@Example.COM", "\"quoted local\"@example.com", "postmaster@[127.0.0.1]"];

        await client.CommandAsync("MAIL FROM:<> BODY=8BITMIME SIZE=100");
        foreach (var recipient in recipients)
        {
            await client.CommandAsync($"RCPT TO:<{recipient}>");
        }

        await client.CommandAsync("DATA");
        var reply = await client.CommandAsync(TestMessages.Small + ".");

        Assert.That(reply, Does.StartWith("250"));
        Assert.That(sink.Messages.Single().Sender, Is.Empty);
        Assert.That(sink.Messages.Single().Recipients, Is.EqualTo(recipients));
    }

    private static void AssertArrivedExactly(string arrived, string sent, string name)
    {
        var received = arrived[..^sent.Length];
        Assert.That(arrived, Does.EndWith(sent), name);
        Assert.That(received, Does.Match(@"\AReceived: from client\.test [^\n]*(\r\n[ \t][^\r\n]+)*\r\n\z"), name);
    }
}
