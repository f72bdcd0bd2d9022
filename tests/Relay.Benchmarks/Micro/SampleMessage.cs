using System.Net;
using System.Text;
using Relay.Core.Messages;
using Relay.TestKit;

namespace Relay.Benchmarks.Micro;

/// <summary>An ordinary message, as it stands behind reception.</summary>
internal static class SampleMessage
{
    public static ReceivedMessage Create(int size)
    {
        var storage = new BodyStorage(long.MaxValue, Path.GetTempPath(), TimeProvider.System);
        using var writer = storage.CreateWriter();
        writer.Write(Encoding.Latin1.GetBytes(TestMessages.OfSize(size)));
        var envelope = new Envelope
        {
            Sender = new MailPath("sender@example.com"),
            Recipients = [new EnvelopeRecipient(new MailPath("recipient@example.net"))],
        };
        var origin = new MessageOrigin(IPAddress.Parse("192.0.2.1"), "client.example.com", "smtp");
        return new ReceivedMessage(default, envelope, writer.Complete(BodyTraits.None), origin, TimeProvider.System.GetTimestamp());
    }
}
