using System.Diagnostics;
using System.Runtime.CompilerServices;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Core.Telemetry.Trail;

namespace Relay.Core;

/// <summary>The whole path of a message in one method; the file to open first.</summary>
internal sealed class MessagePipeline(
    MessageDispatcher dispatcher,
    MessageForwarder forwarder,
    SpoolAcceptance spool,
    MailLog mailLog,
    RelayMetrics metrics,
    TimeProvider time,
    MessageTrail? trail = null,
    TraceSampling? sampling = null
) : IMessageSink
{
    private static readonly SmtpReply NoRoute = new(550, new EnhancedStatusCode(5, 7, 1), "No route takes mail for this recipient");
    private static readonly SmtpReply OtherGroup = new(452, new EnhancedStatusCode(4, 5, 3), "Send this recipient in a message of its own");
    private static readonly SmtpReply TooMany = new(452, new EnhancedStatusCode(4, 5, 3), "Too many recipients for the upstream servers");

    public SmtpReply? CheckRoom() => spool.CheckRoom(dispatcher.Table.Topology.Options.Delivery.Accept);

    /// <summary>
    /// All recipients of a message share one fate where nothing can be spooled, so they must go to one group, and in one transaction. Those that
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

        if (accepted.Count == 0 || spool.Effective(dispatcher.Table.Topology.Options.Delivery.Accept) != AcceptMode.Proxy)
        {
            return null;
        }

        if (dispatcher.GroupOf(origin, sender, accepted[0].Path) != queue)
        {
            return OtherGroup;
        }

        return accepted.Count >= queue.Group.RecipientLimit ? TooMany : null;
    }

    /// <summary>A message is answered 250 only when an upstream has it or the spool has it on disk.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<SmtpReply> AcceptAsync(ReceivedMessage message, CancellationToken clientGone)
    {
        var parent = RelayTracing.IsOn ? await TraceParent.ReadAsync(message) : default;
        using var span = (sampling?.Wants(parent) ?? RelayTracing.IsOn) ? RelayTracing.BeginMessage(message, parent) : null;
        var plan = dispatcher.Plan(message); // per group: recipients, candidates
        var mode = spool.Effective(plan.Terms.Accept, message.NobodyWaits);
        if (mode == AcceptMode.Queue)
        {
            return await QueueAsync(message, plan, span, clientGone);
        }

        var result = await forwarder.ForwardAsync(message, plan, mode == AcceptMode.Proxy, clientGone); // outcomes, attempts
        var outcomes = result.Outcomes;
        var isStored = false;
        if (mode == AcceptMode.Hybrid && result.IsUnfinished && !clientGone.IsCancellationRequested)
        {
            (outcomes, isStored) = await spool.TakeOverAsync(message, plan, result); // durable, before anything is answered
        }
        else if (mode == AcceptMode.Hybrid && !result.IsUnfinished && !clientGone.IsCancellationRequested)
        {
            await spool.TellRelayedAsync(message, plan, outcomes);
        }

        return Answer(message, outcomes, result.Attempts, isStored, span);
    }

    private async ValueTask<SmtpReply> QueueAsync(ReceivedMessage message, DeliveryPlan plan, Activity? span, CancellationToken clientGone)
    {
        var outcomes = new RecipientOutcome[message.Envelope.Recipients.Count];
        // A client that has left has not handed it over.
        var isStored = !clientGone.IsCancellationRequested && await spool.QueueAsync(message, plan);
        return Answer(message, outcomes, [], isStored, span);
    }

    private SmtpReply Answer(
        ReceivedMessage message,
        RecipientOutcome[] outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        bool isStored,
        Activity? span
    )
    {
        var reply = isStored ? ClientReply.Queued(message) : ClientReply.For(message, outcomes);
        metrics.Settled(outcomes);
        metrics.Traffic.Answered(reply, message.Body.Length, time.GetElapsedTime(message.ReceivedAt));
        RelayTracing.End(span, reply, isStored);
        mailLog.Settled(message, outcomes, attempts, reply, isStored);
        trail?.Answered(message, outcomes, attempts, reply, isStored);
        return reply;
    }
}
