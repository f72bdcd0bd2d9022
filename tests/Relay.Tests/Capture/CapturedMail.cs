using System.Net;
using System.Text;
using Relay.Core.Messages;
using Relay.TestKit;

namespace Relay.Tests.Capture;

/// <summary>Makes messages for the tests of mailboxes, and knows how much memory their bodies hold.</summary>
internal sealed class CapturedMail
{
    private readonly MessageIdGenerator _ids;

    public CapturedMail()
    {
        Storage = new BodyStorage(1024L * 1024 * 1024, Path.GetTempPath(), Time);
        _ids = new MessageIdGenerator(Time, new Random(1));
    }

    public TestClock Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    public BodyStorage Storage { get; }

    /// <summary>A message a second later than the one before.</summary>
    public async Task<ReceivedMessage> NextAsync(string content)
    {
        Time.Advance(TimeSpan.FromSeconds(1));
        using var writer = Storage.CreateWriter();
        writer.Write(Encoding.UTF8.GetBytes(content));
        await writer.FlushAsync(CancellationToken.None);
        var envelope = new Envelope
        {
            Sender = new MailPath("from@example.com"),
            Recipients = [new EnvelopeRecipient(new MailPath("to@example.com"))],
        };
        var origin = new MessageOrigin(IPAddress.Loopback, "client", "smtp");
        return new ReceivedMessage(_ids.Next(), envelope, writer.Complete(BodyTraits.None), origin, Time.GetTimestamp());
    }
}
