using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;

namespace Relay.Core.Spool;

/// <summary>Takes messages over from their clients: what is stored here is answered 250, and nothing that is not.</summary>
internal sealed partial class SpoolAcceptance(
    IMessageSpool spool,
    SpoolWorker worker,
    SettlementWriter settlements,
    MessageDispatcher dispatcher,
    TimeProvider time,
    ILogger<SpoolAcceptance> logger
)
{
    private static readonly SmtpReply Full = new(452, new EnhancedStatusCode(4, 3, 1), "The spool is full; try again later");
    private static readonly SmtpReply Broken = new(
        451,
        new EnhancedStatusCode(4, 3, 0),
        "The spool does not work at present; try again later"
    );

    /// <inheritdoc cref="SpoolCondition.Effective"/>
    public AcceptMode Effective(AcceptMode wanted, bool nobodyWaits = false) => spool.Condition.Effective(wanted, nobodyWaits);

    /// <summary>Why no message can be taken now; null when one can.</summary>
    public SmtpReply? CheckRoom(AcceptMode wanted)
    {
        if (wanted == AcceptMode.Proxy)
        {
            return null;
        }

        var condition = spool.Condition;
        return condition.WhyFull is not null ? Full
            : wanted == AcceptMode.Queue && !condition.IsWritable ? Broken
            : null;
    }

    /// <summary>Stores a message that nobody was asked about, and sees to it that it is tried at once. True when it is stored.</summary>
    public async ValueTask<bool> QueueAsync(ReceivedMessage message, DeliveryPlan plan)
    {
        var now = time.GetUtcNow();
        var fresh = plan.Groups.Select(group => Fresh(message, group, now)).ToList();
        var parts = fresh.ConvertAll(static entry => entry.Part);
        var held = Unroutable(message, plan, now);
        var entry = new SpoolEntry
        {
            Message = SpooledMessage.Of(message, now),
            Body = message.Body,
            Parts = held is null ? parts : [.. parts, held],
        };
        var leases = await TryStoreAsync(entry);
        if (leases is null)
        {
            foreach (var (part, first) in fresh.Where(static entry => entry.Part.State == SpoolState.Active))
            {
                first?.Dispose();
                worker.Places.Return(part.Group, isFresh: true);
            }

            return false;
        }

        var started = 0;
        foreach (var (_, first) in fresh.Where(static entry => entry.Part.State == SpoolState.Active))
        {
            worker.RunFresh(leases[started++], message.Body, first);
        }

        return true;
    }

    /// <summary>
    /// Stores what is left of a message after its client has waited long enough. Attempts that still run settle the stored copy; when it cannot be stored they
    /// are waited for, and decide.
    /// </summary>
    /// <returns>The outcomes: those that are stored count as they are, and <c>IsStored</c> says whether Relay answers for them.</returns>
    public async ValueTask<(RecipientOutcome[] Outcomes, bool IsStored)> TakeOverAsync(
        ReceivedMessage message,
        DeliveryPlan plan,
        ForwardResult result
    )
    {
        var now = time.GetUtcNow();
        var spooled = SpooledMessage.Of(message, now);
        var running = result.Running.Select(attempt => (Attempt: attempt, Part: Running(message, plan, attempt, now))).ToList();
        var parts = running.Select(static entry => entry.Part).Concat(Left(message, plan, result, now)).ToList();
        var notices = await settlements.NoticesAsync(spooled, message.Body, Told(message, plan, result.Outcomes), CancellationToken.None);
        try
        {
            var entry = new SpoolEntry
            {
                Message = spooled,
                Body = message.Body,
                Parts = parts,
                Attempts = result.Attempts,
                Failures = Failures(message, result.Outcomes),
                Notices = notices,
            };
            if (await TryStoreAsync(entry) is not { } leases)
            {
                return (await AwaitAsync(result), false);
            }

            settlements.Count(notices);
            settlements.CountRefused(entry.Failures.Count);
            for (var index = 0; index < running.Count; index++)
            {
                Follow(leases[index], running[index].Attempt, message.Body);
            }

            return (result.Outcomes, true);
        }
        finally
        {
            foreach (var notice in notices)
            {
                notice.Body.Release();
            }
        }
    }

    /// <summary>
    /// Nothing of the message is to be kept. Senders who asked for NOTIFY=SUCCESS are told before their client is answered, where the server will not do it. The
    /// message has arrived whether or not that can be stored: the answer stays 250.
    /// </summary>
    public async ValueTask TellRelayedAsync(ReceivedMessage message, DeliveryPlan plan, RecipientOutcome[] outcomes)
    {
        if (outcomes[0].Kind != OutcomeKind.Delivered || !NoticePolicy.IsSuccessAsked(message.Envelope))
        {
            return;
        }

        IReadOnlyList<SpoolEntry> notices = [];
        try
        {
            var spooled = SpooledMessage.Of(message, time.GetUtcNow());
            notices = await settlements.NoticesAsync(spooled, message.Body, Told(message, plan, outcomes), CancellationToken.None);
            foreach (var notice in notices)
            {
                await spool.StoreAsync(notice, CancellationToken.None);
            }

            settlements.Count(notices);
        }
        catch (Exception failure) when (failure is SpoolUnavailableException or IOException)
        {
            LogNotTold(message.Id, failure.Message);
        }
        finally
        {
            foreach (var notice in notices)
            {
                notice.Body.Release();
            }
        }
    }

    private async ValueTask<IReadOnlyList<SpoolLease>?> TryStoreAsync(SpoolEntry entry)
    {
        try
        {
            return await spool.StoreAsync(entry, CancellationToken.None);
        }
        catch (SpoolUnavailableException failure)
        {
            LogNotStored(entry.Message.Id, failure.Message);
            return null;
        }
    }

    /// <summary>The attempt goes on beside the client's session, and what becomes of it is written after the message itself.</summary>
    private void Follow(SpoolLease lease, RunningAttempt attempt, MessageBody body)
    {
        body.AddReference();
        worker.Track(async () =>
        {
            try
            {
                var result = await EndAsync(attempt);
                await settlements.SettleAsync(lease, body, result.Outcomes, [result.Record], wasTried: true, worker.Stopping);
            }
            catch (LeaseLostException lost)
            {
                LogNotStored(lease.Delivery.Message.Id, lost.Message);
            }
            finally
            {
                body.Release();
            }
        });

        static async Task<AttemptResult> EndAsync(RunningAttempt attempt)
        {
            using (attempt)
            {
                return await attempt.Completion;
            }
        }
    }

    private static async Task<RecipientOutcome[]> AwaitAsync(ForwardResult result)
    {
        foreach (var attempt in result.Running)
        {
            using (attempt)
            {
                var ended = (await attempt.Completion).Outcomes;
                for (var index = 0; index < ended.Length; index++)
                {
                    result.Outcomes[attempt.Recipients[index]] = ended[index];
                }
            }
        }

        return result.Outcomes;
    }

    /// <summary>Where an upstream has room at once, the row names it from the start: one commit less until the dot.</summary>
    private (SpoolPart Part, UpstreamLease? First) Fresh(ReceivedMessage message, GroupPlan group, DateTimeOffset now)
    {
        var part = Part(message, group.Group.Name, group.Recipients, now);
        if (worker.NoRoomBefore(group.Group) is { } roomAt)
        {
            return (part with { DueAt = roomAt, AwaitsRoom = true }, null); // tried at once it would only be written once more
        }

        if (!worker.Places.TryTake(group.Group, isFresh: true))
        {
            return (part, null);
        }

        var first = group.TryPickNow();
        return (part with { State = SpoolState.Active, Upstream = first?.Server.Name }, first);
    }

    private SpoolPart Running(ReceivedMessage message, DeliveryPlan plan, RunningAttempt attempt, DateTimeOffset now) =>
        Part(message, attempt.Group, attempt.Recipients, now) with
        {
            State = SpoolState.Active,
            Upstream = attempt.Upstream,
        };

    /// <summary>What no attempt runs for any more.</summary>
    private IEnumerable<SpoolPart> Left(ReceivedMessage message, DeliveryPlan plan, ForwardResult result, DateTimeOffset now)
    {
        var runs = result.Running.SelectMany(static attempt => attempt.Recipients).ToHashSet();
        var planner = settlements.Planner;
        foreach (var group in plan.Groups)
        {
            var left = group.Recipients.Where(index => !runs.Contains(index) && IsLeft(result.Outcomes[index])).ToList();
            if (left.Count > 0)
            {
                var part = Part(message, group.Group.Name, left, now);
                var outcomes = left.ConvertAll(index => result.Outcomes[index]);
                foreach (var remaining in planner.Plan(part, outcomes, result.Attempts, wasTried: result.Attempts.Count > 0, now).Remaining)
                {
                    yield return remaining;
                }
            }
        }

        if (Unroutable(message, plan, now) is { } held)
        {
            yield return held;
        }
    }

    private SpoolPart? Unroutable(ReceivedMessage message, DeliveryPlan plan, DateTimeOffset now) =>
        plan.Unroutable.Count == 0
            ? null
            : Part(message, "", plan.Unroutable, now) with
            {
                State = SpoolState.Held,
                Reason = "no route takes it any more",
            };

    private SpoolPart Part(ReceivedMessage message, string group, IReadOnlyList<int> recipients, DateTimeOffset now)
    {
        var table = dispatcher.Table;
        var list = recipients.Select(index => message.Envelope.Recipients[index]).ToList();
        // Those of one part that are given up at different ages are so at the least of them: a route with a short life means it.
        var life = list.Min(recipient => SpoolRouting.GiveUpAfter(table, message.Origin, message.Envelope.Sender, recipient));
        return new SpoolPart
        {
            Group = group,
            Recipients = list,
            DueAt = now,
            ExpiresAt = now + life,
        };
    }

    private static bool IsLeft(RecipientOutcome outcome) => outcome.Kind is OutcomeKind.Deferred or OutcomeKind.Uncertain;

    private static IReadOnlyList<FailedRecipient> Failures(ReceivedMessage message, RecipientOutcome[] outcomes) =>
        [
            .. outcomes
                .Select((outcome, index) => (outcome, index))
                .Where(static entry => entry.outcome.Kind == OutcomeKind.Rejected)
                .Select(entry => new FailedRecipient(
                    message.Envelope.Recipients[entry.index],
                    $"{entry.outcome.Upstream}: {entry.outcome.Reply}"
                )),
        ];

    private IEnumerable<(NoticeKind Kind, NoticeRecipient Recipient)> Told(
        ReceivedMessage message,
        DeliveryPlan plan,
        RecipientOutcome[] outcomes
    )
    {
        foreach (var group in plan.Groups)
        {
            foreach (var index in group.Recipients)
            {
                var outcome = outcomes[index];
                var recipient = new NoticeRecipient(message.Envelope.Recipients[index], outcome.Reply, outcome.Upstream, false)
                {
                    AttemptedAt = time.GetUtcNow(),
                };
                if (outcome.Kind == OutcomeKind.Rejected)
                {
                    yield return (NoticeKind.Failed, recipient);
                }
                else if (outcome.Kind == OutcomeKind.Delivered && settlements.IsLastHopOfDsn(group.Group.Name, outcome))
                {
                    yield return (NoticeKind.Relayed, recipient);
                }
            }
        }
    }

    [LoggerMessage(EventId = 530, EventName = "NotStored", Level = LogLevel.Error, Message = "{Id} cannot be stored: {Reason}")]
    private partial void LogNotStored(MessageId id, string reason);

    [LoggerMessage(
        EventId = 531,
        EventName = "NotTold",
        Level = LogLevel.Error,
        Message = "The sender of {Id} is not told of its delivery: {Reason}"
    )]
    private partial void LogNotTold(MessageId id, string reason);
}
