using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Core.Spool;

/// <summary>Makes the messages by which senders are told what became of their mail, as far as they want to know and may be told.</summary>
internal sealed class NoticeFactory(RelayOptions options, BodyStorage storage, MessageIdGenerator ids, TimeProvider time)
{
    /// <summary>An entry to be stored with what it is about, or null. The caller releases its body.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="message">The message.</param>
    /// <param name="body">Its bytes.</param>
    /// <param name="recipients">Those it happened to.</param>
    /// <param name="retryUntil">For a delay.</param>
    /// <param name="retry">How long the notice itself is tried.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<SpoolEntry?> CreateAsync(
        NoticeKind kind,
        SpooledMessage message,
        MessageBody body,
        IEnumerable<NoticeRecipient> recipients,
        DateTimeOffset? retryUntil,
        RetryOptions retry,
        CancellationToken cancellationToken
    )
    {
        // A sender that anybody may have made up is not to be bothered: that would be backscatter.
        var told = message.Origin.IsTrusted
            ? recipients.Where(recipient => NoticePolicy.Wants(kind, message.Envelope, recipient.Recipient)).ToList()
            : [];
        if (told.Count == 0)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var notice = new Notice
        {
            Kind = kind,
            HostName = options.HostName,
            MessageId = message.Id,
            Envelope = message.Envelope,
            ArrivedAt = message.ReceivedAt,
            Now = now,
            RetryUntil = retryUntil,
            Recipients = told,
        };
        using var writer = storage.CreateWriter();
        var traits = await NoticeComposer.ComposeAsync(notice, body, writer, cancellationToken);
        return Entry(NoticePolicy.EnvelopeOf(notice, traits), writer.Complete(traits), now, retry);
    }

    private SpoolEntry Entry(Envelope envelope, MessageBody body, DateTimeOffset now, RetryOptions retry)
    {
        var origin = new MessageOrigin(null, options.HostName, SpoolRouting.OwnListener) { IsTrusted = false };
        return new SpoolEntry
        {
            Message = new SpooledMessage(ids.Next(), envelope, origin, now, body.Length, body.Traits),
            Body = body,
            Parts =
            [
                new SpoolPart
                {
                    Group = "",
                    Recipients = envelope.Recipients,
                    DueAt = now,
                    ExpiresAt = now + retry.GiveUpAfter,
                },
            ],
        };
    }
}
