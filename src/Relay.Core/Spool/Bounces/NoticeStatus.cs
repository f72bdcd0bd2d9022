using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>Chooses the Status of a recipient (RFC 3464 §2.3.4), so that its class never contradicts its Action.</summary>
internal static class NoticeStatus
{
    private const int Success = 2;
    private const int Transient = 4;
    private const int Permanent = 5;

    // RFC 3463 §3.5. X.4.7 is a persistent transient error: time ran out, nobody refused the message. Hence 4, although it is given up.
    private static readonly EnhancedStatusCode Expired = new(Transient, 4, 7);

    // RFC 3463 §3.5 asks for the actual problem where it is known: the transaction could not be completed.
    private static readonly EnhancedStatusCode Unanswered = new(Transient, 4, 2);

    private static readonly EnhancedStatusCode NobodyThere = new(Transient, 4, 1);

    public static EnhancedStatusCode Of(NoticeKind kind, NoticeRecipient recipient)
    {
        if (recipient.Reply is { } reply && Reported(kind, reply) is { } reported)
        {
            return reported;
        }

        return kind switch
        {
            NoticeKind.Relayed => new EnhancedStatusCode(Success, 0, 0),
            _ when recipient.IsUnconfirmed => Unanswered,
            NoticeKind.Failed => Expired,
            _ => NobodyThere,
        };
    }

    /// <summary>What the reply says, null when it says nothing that fits the kind.</summary>
    private static EnhancedStatusCode? Reported(NoticeKind kind, SmtpReply reply)
    {
        var replyClass = reply.Code / 100;
        var isSuccess = replyClass == Success;
        if (isSuccess != (kind == NoticeKind.Relayed) || replyClass is not (Success or Transient or Permanent))
        {
            return null;
        }

        // RFC 2034 §4: both codes have the same class. Where they differ the three digits are what the delivery went by.
        var status = reply.Enhanced is { } enhanced && enhanced.Class == replyClass ? enhanced : new EnhancedStatusCode(replyClass, 0, 0);

        // A quota refused with 5yz is waited out; RFC 3463 §2 keeps class 5 for what trying again will not mend.
        return kind == NoticeKind.Delayed ? status with { Class = Transient } : status;
    }
}
