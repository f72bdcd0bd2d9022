using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Every reply a transaction drew, and where it broke off if it did. What it all means is the classifier's to say.</summary>
internal sealed class TransactionResult(int recipientCount)
{
    /// <summary>Reply to MAIL.</summary>
    public SmtpReply? Mail { get; set; }

    /// <summary>Replies to RCPT, in the order of <see cref="Transaction.Recipients"/>; null where none came.</summary>
    public SmtpReply?[] Recipients { get; } = new SmtpReply?[recipientCount];

    /// <summary>Reply to DATA (354 or a refusal).</summary>
    public SmtpReply? Data { get; set; }

    /// <summary>Reply to the final dot.</summary>
    public SmtpReply? Dot { get; set; }

    /// <summary>Set when the dialogue broke off: connection lost, timeout, 421, or a reply that no verdict can be read from.</summary>
    public UpstreamFailure? Failure { get; set; }
}
