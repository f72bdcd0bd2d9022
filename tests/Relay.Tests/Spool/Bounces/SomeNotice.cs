using System.Text;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Tests.Spool.Bounces;

/// <summary>Ordinary notices, for tests that care about one property of them.</summary>
internal static class SomeNotice
{
    public static readonly DateTimeOffset ArrivedAt = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 30, 0, TimeSpan.Zero);

    public static readonly SmtpReply NoSuchUser = SmtpReply.Parse(550, "5.1.1 no such user");

    public static Notice Of(NoticeKind kind, params NoticeRecipient[] recipients) =>
        new()
        {
            Kind = kind,
            HostName = "relay.example.net",
            MessageId = new MessageId(12345),
            Envelope = new Envelope
            {
                Sender = new MailPath("sender@example.com"),
                Recipients = [.. recipients.Select(recipient => recipient.Recipient)],
            },
            ArrivedAt = ArrivedAt,
            Now = Now,
            Recipients = recipients,
        };

    public static NoticeRecipient Recipient(
        string path = "rcpt@example.org",
        SmtpReply? reply = null,
        string? upstream = null,
        bool isUnconfirmed = false,
        string? originalRecipient = null
    ) => new(new EnvelopeRecipient(new MailPath(path), OriginalRecipient: originalRecipient), reply, upstream, isUnconfirmed);

    public static NoticeRecipient Refused(string path = "rcpt@example.org") => Recipient(path, NoSuchUser, "mx1.example.org");

    public static Notice With(this Notice notice, Func<Envelope, Envelope> change) => notice with { Envelope = change(notice.Envelope) };

    public static Task<ComposedNotice> ComposeAsync(this Notice notice, string original = "Subject: hello\r\n\r\nText\r\n") =>
        notice.ComposeAsync(Encoding.UTF8.GetBytes(original));

    public static async Task<ComposedNotice> ComposeAsync(this Notice notice, byte[] original)
    {
        var storage = new BodyStorage(long.MaxValue, Path.GetTempPath(), TimeProvider.System);
        using var source = storage.CreateWriter();
        source.Write(original);
        await source.FlushAsync(CancellationToken.None);
        var body = source.Complete(BodyTraits.None);
        using var destination = storage.CreateWriter();
        var traits = await NoticeComposer.ComposeAsync(notice, body, destination, CancellationToken.None);
        body.Release();

        var composed = destination.Complete(traits);
        using var bytes = new MemoryStream();
        await composed.CopyToAsync(bytes, CancellationToken.None);
        composed.Release();
        Assert.That(storage.MemoryInUse, Is.Zero);
        return new ComposedNotice(bytes.ToArray(), traits);
    }
}
