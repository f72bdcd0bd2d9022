using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>Who is told what. A notice never leads to another one: it has no sender to tell, and its recipient says NOTIFY=NEVER.</summary>
internal static class NoticePolicy
{
    /// <summary>Whether the sender is to be told <paramref name="kind"/> about <paramref name="recipient"/>.</summary>
    public static bool Wants(NoticeKind kind, Envelope envelope, EnvelopeRecipient recipient)
    {
        // RFC 5321 §4.5.5 and RFC 3464 §2: mail with a null reverse-path is never answered.
        if (envelope.Sender.IsNull)
        {
            return false;
        }

        // RFC 3461 §4.1: NEVER asks for silence whatever happens.
        if (recipient.Notify.HasFlag(DsnNotify.Never))
        {
            return false;
        }

        // RFC 3461 §4.1: without NOTIFY failures are told, delays may be, and success is not.
        if (recipient.Notify == DsnNotify.Unspecified)
        {
            return kind is NoticeKind.Failed or NoticeKind.Delayed;
        }

        return recipient.Notify.HasFlag(AskedBy(kind));
    }

    /// <summary>Whether somebody may have to be told of success; looks only, for it is asked of every message.</summary>
    public static bool IsSuccessAsked(Envelope envelope)
    {
        for (var index = 0; index < envelope.Recipients.Count; index++)
        {
            if (Wants(NoticeKind.Relayed, envelope, envelope.Recipients[index]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The envelope that a notice travels in.</summary>
    /// <param name="notice">The notice.</param>
    /// <param name="traits">What <see cref="NoticeComposer.ComposeAsync"/> wrote.</param>
    /// <exception cref="ArgumentException">The original has a null sender: there is nobody to tell.</exception>
    public static Envelope EnvelopeOf(Notice notice, BodyTraits traits = BodyTraits.None)
    {
        if (notice.Envelope.Sender.IsNull)
        {
            throw new ArgumentException("A message without a sender is never answered.", nameof(notice));
        }

        var isInternational = notice.IsInternational;
        return new Envelope
        {
            // RFC 3464 §2: the null reverse-path, and NOTIFY=NEVER, so that a notice that cannot be delivered ends there.
            Sender = MailPath.Null,
            Recipients = [new EnvelopeRecipient(notice.Envelope.Sender, DsnNotify.Never)],

            // RFC 6533 §4: an international report says SMTPUTF8. So does one whose original did, since it returns that one's header.
            SmtpUtf8 = isInternational || notice.Envelope.SmtpUtf8,
            RequireTls = notice.Envelope.RequireTls, // RFC 8689 §5: what was not to be seen is not shown on the way back either
            Body = isInternational || traits != BodyTraits.None ? BodyType.EightBitMime : BodyType.Unspecified,
        };
    }

    // RFC 3461 §5.2.2: a relayed notice is what SUCCESS gets where the next server cannot promise one.
    private static DsnNotify AskedBy(NoticeKind kind) =>
        kind switch
        {
            NoticeKind.Failed => DsnNotify.Failure,
            NoticeKind.Delayed => DsnNotify.Delay,
            _ => DsnNotify.Success,
        };
}
