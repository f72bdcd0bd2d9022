using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Capture;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Timing;

namespace Relay.Tests.Capture;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CaptureConnectorTests
{
    private readonly CapturedMail _mail = new();

    [Test]
    public async Task A_mailbox_speaks_smtp_and_keeps_the_exact_bytes()
    {
        using var heartbeat = new Heartbeat(_mail.Time);
        var mailboxes = new CaptureMailboxes(_mail.Time, new Random(1));
        var ids = new MessageIdGenerator(_mail.Time, new Random(1));
        using var connectors = new CaptureConnectors(mailboxes, _mail.Storage, ids, heartbeat, _mail.Time, NullLoggerFactory.Instance);
        var connector = connectors.For("default", "mailbox", new UpstreamOptions { Kind = UpstreamKind.Capture });

        await using var stream = await connector.ConnectAsync(CancellationToken.None);
        using var replies = new StreamReader(stream, Encoding.ASCII);
        const string Dialogue = "EHLO x\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(Dialogue));
        await ReadUntilAsync(replies, "354");
        await stream.WriteAsync(Encoding.ASCII.GetBytes("Subject: x\r\n\r\n..dot\r\n.\r\nQUIT\r\n"));
        var accepted = await ReadUntilAsync(replies, "250");
        await ReadUntilAsync(replies, "221");

        var captured = mailboxes.List(after: null, limit: 10).Single();
        Assert.That(accepted, Does.Contain(captured.Id.ToString()));
        Assert.That(mailboxes.TryOpen(captured.Id, out var lease), Is.True);
        using (lease)
        {
            using var bytes = new MemoryStream();
            await lease!.Body.CopyToAsync(bytes, CancellationToken.None);
            Assert.That(
                Encoding.ASCII.GetString(bytes.ToArray()),
                Is.EqualTo("Subject: x\r\n\r\n.dot\r\n"),
                "no Received: field, dots undone"
            );
        }
    }

    private static async Task<string> ReadUntilAsync(StreamReader replies, string code)
    {
        while (await replies.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(code + " ", StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new EndOfStreamException($"The session ended before {code}.");
    }
}
