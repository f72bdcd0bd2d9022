using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>Tries to deliver a message: its groups side by side, in each the next candidate until delivered or the budget is spent.</summary>
internal sealed class MessageForwarder(AttemptReporter reporter, GiveUpSignal giveUp, TimeProvider time)
{
    private static readonly SmtpReply RoutesChanged = new(
        451,
        new EnhancedStatusCode(4, 3, 0),
        "The routes changed while this message came in; send it again"
    );

    /// <param name="message">The message.</param>
    /// <param name="plan">Where it may go.</param>
    /// <param name="clientGone">The client's leaving: attempts whose final dot is not out are dropped.</param>
    public async ValueTask<ForwardResult> ForwardAsync(ReceivedMessage message, DeliveryPlan plan, CancellationToken clientGone)
    {
        var isProxy = plan.Terms.Accept is null or AcceptMode.Proxy;
        if (isProxy && (plan.Groups.Count != 1 || plan.Unroutable.Count > 0))
        {
            return PutOff(message);
        }

        var terms = new ForwardingTerms(new AttemptBudget(plan.Terms, time), isProxy, LeaveRunning: !isProxy, reporter, giveUp, time);
        if (plan.Groups.Count == 1)
        {
            var only = new GroupForwarding(message, plan.Groups[0], terms);
            await only.RunAsync(clientGone);
            return Gather(message, [only]);
        }

        var groups = plan.Groups.Select(group => new GroupForwarding(message, group, terms)).ToArray();
        await Task.WhenAll(Array.ConvertAll(groups, group => group.RunAsync(clientGone)));
        return Gather(message, groups);
    }

    /// <summary>
    /// Reception has seen to it that all recipients go to one group, but a reload came in between. Without a spool one group cannot take what
    /// another one may refuse.
    /// </summary>
    private static ForwardResult PutOff(ReceivedMessage message)
    {
        var outcomes = new RecipientOutcome[message.Envelope.Recipients.Count];
        Array.Fill(outcomes, new RecipientOutcome(OutcomeKind.Deferred, RoutesChanged, null));
        return new ForwardResult(outcomes, [], []);
    }

    private static ForwardResult Gather(ReceivedMessage message, GroupForwarding[] groups)
    {
        // Recipients that no route takes stay as they are: deferred, without a reply.
        var outcomes = new RecipientOutcome[message.Envelope.Recipients.Count];
        foreach (var group in groups)
        {
            for (var position = 0; position < group.Recipients.Count; position++)
            {
                outcomes[group.Recipients[position]] = group.OutcomeAt(position);
            }
        }

        var attempts = groups.Length == 1 ? groups[0].Attempts : [.. groups.SelectMany(group => group.Attempts)];
        return new ForwardResult(outcomes, attempts, [.. groups.Select(group => group.Running).OfType<RunningAttempt>()]);
    }
}
