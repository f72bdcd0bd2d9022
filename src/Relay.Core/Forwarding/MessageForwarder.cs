using System.Runtime.CompilerServices;
using Relay.Core.Dispatch;
using Relay.Core.Messages;

namespace Relay.Core.Forwarding;

/// <summary>Tries to deliver a message: its groups side by side, in each the next candidate until delivered or the budget is spent.</summary>
internal sealed class MessageForwarder(AttemptReporter reporter, AttemptWatch watch, TimeProvider time)
{
    private static readonly SmtpReply RoutesChanged = new(
        451,
        new EnhancedStatusCode(4, 3, 0),
        "The routes changed while this message came in; send it again"
    );

    /// <param name="message">The message.</param>
    /// <param name="plan">Where it may go.</param>
    /// <param name="clientGone">The client's leaving: attempts whose final dot is not out are dropped.</param>
    /// <param name="isProxy">Nothing can be kept: all recipients or none.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ForwardResult> ForwardAsync(
        ReceivedMessage message,
        DeliveryPlan plan,
        bool isProxy,
        CancellationToken clientGone
    )
    {
        if (isProxy && (plan.Groups.Count != 1 || plan.Unroutable.Count > 0))
        {
            return PutOff(message);
        }

        var terms = new ForwardingTerms(
            new AttemptBudget(plan.Terms.InlineBudget, plan.Terms.AttemptsPerRun, time),
            isProxy,
            LeaveRunning: !isProxy,
            reporter,
            watch,
            time
        );
        if (plan.Groups.Count == 1)
        {
            var only = new GroupForwarding(message, plan.Groups[0], terms);
            await only.RunAsync(clientGone);
            return Gather(message, [only]);
        }

        var groups = plan.Groups.Select(group => new GroupForwarding(message, group, terms)).ToArray();
        await Task.WhenAll(Array.ConvertAll(groups, group => group.RunAsync(clientGone).AsTask()));
        return Gather(message, groups);
    }

    /// <summary>One run of a spooled delivery: as above, for one group, and without a client who waits.</summary>
    /// <param name="message">The message with the recipients of this delivery only.</param>
    /// <param name="plan">Where it may go.</param>
    /// <param name="patience">How long room is waited for.</param>
    /// <param name="attempts">Upstreams that may see it.</param>
    /// <param name="beforeAttempt">Writes down which server the dot may go out to, and what is settled by then; false when it cannot, and the run ends.</param>
    /// <param name="mayGoOut">Asked right before each final dot: false when another node may have taken the delivery over, and the attempt is given up.</param>
    /// <param name="stopping">Attempts whose final dot is not out are dropped.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ForwardResult> RunAsync(
        ReceivedMessage message,
        GroupPlan plan,
        TimeSpan patience,
        int attempts,
        Func<NextAttempt, ValueTask<bool>> beforeAttempt,
        Func<bool> mayGoOut,
        CancellationToken stopping
    )
    {
        var budget = new AttemptBudget(patience, attempts, time);
        var terms = new ForwardingTerms(budget, AllOrNothing: false, LeaveRunning: false, reporter, watch, time, beforeAttempt, mayGoOut);
        var run = new GroupForwarding(message, plan, terms);
        await run.RunAsync(stopping);
        return Gather(message, [run]);
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

        if (groups is [var only])
        {
            return new ForwardResult(outcomes, only.Attempts, only.Running is { } running ? [running] : []);
        }

        return new ForwardResult(
            outcomes,
            [.. groups.SelectMany(group => group.Attempts)],
            [.. groups.Select(group => group.Running).OfType<RunningAttempt>()]
        );
    }
}
