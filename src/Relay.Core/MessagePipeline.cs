using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Telemetry;

namespace Relay.Core;

/// <summary>The whole path of a message in one method; the file to open first.</summary>
internal sealed class MessagePipeline(MessageDispatcher dispatcher, MessageForwarder forwarder, MailLog mailLog, RelayMetrics metrics)
    : IMessageSink
{
    private static readonly SmtpReply NoRoute = new(550, new EnhancedStatusCode(5, 7, 1), "No route takes mail for this recipient");
    private static readonly SmtpReply OtherGroup = new(452, new EnhancedStatusCode(4, 5, 3), "Send this recipient in a message of its own");
    private static readonly SmtpReply TooMany = new(452, new EnhancedStatusCode(4, 5, 3), "Too many recipients for the upstream servers");

    /// <summary>
    /// All recipients of a message share one fate while nothing is spooled, so they must go to one group, and in one transaction. Those that
    /// cannot are put off one by one, and the client sends them in a message of their own (RFC 5321 §4.5.3.1.10).
    /// </summary>
    public SmtpReply? CheckRecipient(
        MessageOrigin origin,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> accepted,
        EnvelopeRecipient recipient
    )
    {
        var queue = dispatcher.GroupOf(origin, sender, recipient.Path);
        if (queue is null)
        {
            return NoRoute;
        }

        if (accepted.Count == 0)
        {
            return null;
        }

        if (dispatcher.GroupOf(origin, sender, accepted[0].Path) != queue)
        {
            return OtherGroup;
        }

        return accepted.Count >= queue.Group.RecipientLimit ? TooMany : null;
    }

    /// <summary>A message is answered 250 only when an upstream has it.</summary>
    public async ValueTask<SmtpReply> AcceptAsync(ReceivedMessage message, CancellationToken clientGone)
    {
        var plan = dispatcher.Plan(message); // per group: recipients, candidates
        var result = await forwarder.ForwardAsync(message, plan, clientGone); // outcomes, attempts
        var reply = ClientReply.For(message, result.Outcomes);
        metrics.Settled(result.Outcomes);
        mailLog.Settled(message, result.Outcomes, result.Attempts, reply);
        return reply;
    }
}
