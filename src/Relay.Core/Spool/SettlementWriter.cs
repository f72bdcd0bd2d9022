using Microsoft.Extensions.Logging;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Spool.Bounces;
using Relay.Core.Telemetry;
using Relay.Core.Telemetry.Trail;
using Relay.Core.Upstreams;

namespace Relay.Core.Spool;

/// <summary>Writes what a run came to, with the notices it causes, in one commit; and tries again as long as the disk does not take it, for nobody else knows.</summary>
internal sealed partial class SettlementWriter(
    IMessageSpool spool,
    NoticeFactory notices,
    TopologyManager topology,
    MailLog mailLog,
    RelayMetrics metrics,
    Random random,
    TimeProvider time,
    ILogger<SettlementWriter> logger,
    MessageTrail? trail = null
)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    public SettlementPlanner Planner => new(topology.Current.Options, random);

    /// <summary>After a run of a lease.</summary>
    /// <param name="lease">The lease; it ends here.</param>
    /// <param name="body">The message's bytes, for a bounce.</param>
    /// <param name="outcomes">In the order of the lease's recipients.</param>
    /// <param name="attempts">The attempts of the run.</param>
    /// <param name="wasTried">An upstream was asked.</param>
    /// <param name="stopping">The process ends: what cannot be written is found again at the next start.</param>
    public async Task SettleAsync(
        SpoolLease lease,
        MessageBody body,
        IReadOnlyList<RecipientOutcome> outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        bool wasTried,
        CancellationToken stopping
    ) => await CommitAsync(lease.Delivery, body, outcomes, attempts, wasTried, settlement => WriteAsync(lease, settlement, stopping));

    /// <summary>Between two attempts of a run: names the next server, and settles in the same commit what the earlier ones have decided.</summary>
    /// <param name="lease">The lease; it goes on.</param>
    /// <param name="body">The message's bytes, for a bounce.</param>
    /// <param name="upstream">Name of the next server.</param>
    /// <param name="settled">Outcomes by the place of their recipients in the lease; not those of all.</param>
    /// <param name="attempts">Since the last commit of the run.</param>
    /// <returns>The lease on the recipients that are left.</returns>
    /// <exception cref="SpoolUnavailableException">Nothing has happened.</exception>
    public async Task<SpoolLease> BeginNextAsync(
        SpoolLease lease,
        MessageBody body,
        string upstream,
        IReadOnlyList<SettledRecipient> settled,
        IReadOnlyList<AttemptRecord> attempts
    )
    {
        var recipients = lease.Delivery.Part.Recipients;
        var places = settled.Select(static done => done.Position).ToHashSet();
        var leaving = lease.Delivery.Part with { Recipients = [.. settled.Select(done => recipients[done.Position])] };
        List<EnvelopeRecipient> open = [.. recipients.Where((_, place) => !places.Contains(place))];
        await CommitAsync(
            lease.Delivery with
            {
                Part = leaving,
            },
            body,
            [.. settled.Select(static done => done.Outcome)],
            attempts,
            wasTried: true,
            async settlement =>
                lease = await spool.BeginAttemptAsync(lease, upstream, new EarlierAttempts(open, settlement), CancellationToken.None)
        );
        return lease;
    }

    /// <summary>Has a settlement written, and tells of it afterwards.</summary>
    private async Task CommitAsync(
        SpooledDelivery delivery,
        MessageBody body,
        IReadOnlyList<RecipientOutcome> outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        bool wasTried,
        Func<Settlement, Task> write
    )
    {
        var now = time.GetUtcNow();
        var (message, part) = (delivery.Message, delivery.Part);
        var plan = Planner.Plan(part, outcomes, attempts, wasTried, now);
        var (entries, remaining) = await NoticesAsync(message, body, part, plan, wasTried, now);
        try
        {
            var settlement = new Settlement
            {
                Remaining = remaining,
                Attempts = attempts,
                Failures = [.. plan.Failed.Select(static failed => new FailedRecipient(failed.Recipient, Reason(failed)))],
                Notices = entries,
            };
            await write(settlement);
            metrics.Settled(outcomes);
            Count(entries);
            CountGivenUp(plan.Failed);
            Tell(message, part, outcomes, attempts, remaining.Count > 0 ? remaining[0].DueAt : null, plan.Failed.Count > 0, body, now);
        }
        finally
        {
            foreach (var entry in entries)
            {
                entry.Body.Release();
            }
        }
    }

    private void Tell(
        SpooledMessage message,
        SpoolPart part,
        IReadOnlyList<RecipientOutcome> outcomes,
        IReadOnlyList<AttemptRecord> attempts,
        DateTimeOffset? next,
        bool isGivenUp,
        MessageBody body,
        DateTimeOffset now
    )
    {
        var age = now - message.ReceivedAt;
        mailLog.Run(message.Id, message.Envelope.Sender, part.Recipients, outcomes, attempts, next, isGivenUp, age);
        trail?.Ran(new TrailRun(message.Id, message.Envelope, message.Origin, part.Recipients, outcomes, attempts, next, isGivenUp), body);
    }

    /// <summary>They are stored.</summary>
    public void Count(IReadOnlyList<SpoolEntry> stored) => metrics.Bounced(stored.Count);

    /// <summary>So many recipients were refused for good before the message was stored, and are stored as failed.</summary>
    public void CountRefused(int recipients) => metrics.GivenUp(recipients, isRefused: true);

    private void CountGivenUp(IReadOnlyCollection<SettlementPlanner.Verdict> failed)
    {
        var refused = failed.Count(static verdict => verdict.Outcome.Kind == OutcomeKind.Rejected);
        metrics.GivenUp(refused, isRefused: true);
        metrics.GivenUp(failed.Count - refused, isRefused: false);
    }

    /// <summary>Writes it, however long that takes; throws only when the lease is another's.</summary>
    public async Task WriteAsync(SpoolLease lease, Settlement settlement, CancellationToken stopping)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                await spool.SettleAsync(lease, settlement, CancellationToken.None);
                return;
            }
            catch (SpoolUnavailableException failure)
            {
                LogNotWritten(lease.Delivery.Message.Id, failure.Message);
                if (stopping.IsCancellationRequested)
                {
                    return; // the row still names the server: the next start finds it uncertain, never lost
                }
            }

            await PauseAsync(pause, stopping);
        }
    }

    /// <summary>Notices about recipients that failed or were relayed to servers that send none, of an entry that is to be stored.</summary>
    public async Task<IReadOnlyList<SpoolEntry>> NoticesAsync(
        SpooledMessage message,
        MessageBody body,
        IEnumerable<(NoticeKind Kind, NoticeRecipient Recipient)> told,
        CancellationToken cancellationToken
    )
    {
        List<SpoolEntry> entries = [];
        foreach (var kind in told.GroupBy(static entry => entry.Kind, static entry => entry.Recipient))
        {
            var entry = await notices.CreateAsync(kind.Key, message, body, kind, null, topology.Current.Options.Retry, cancellationToken);
            if (entry is not null)
            {
                entries.Add(entry);
            }
        }

        return entries;
    }

    /// <summary>Whether a sender who asked for NOTIFY=SUCCESS must be told by Relay, since the server offers no DSN (RFC 3461 §4.2).</summary>
    public bool IsLastHopOfDsn(string group, RecipientOutcome outcome) =>
        outcome.Upstream is { } upstream
        && topology.Current.Find(group, upstream) is var (_, server)
        && server.Capabilities is { Dsn: false };

    private async Task<(IReadOnlyList<SpoolEntry> Entries, IReadOnlyList<SpoolPart> Remaining)> NoticesAsync(
        SpooledMessage message,
        MessageBody body,
        SpoolPart part,
        RunPlan plan,
        bool wasTried,
        DateTimeOffset now
    )
    {
        DateTimeOffset? attemptedAt = wasTried ? now : null;
        var told = plan
            .Failed.Select(failed => (NoticeKind.Failed, Notice(failed, attemptedAt)))
            .Concat(
                plan.Delivered.Where(done => IsLastHopOfDsn(part.Group, done.Outcome))
                    .Select(done => (NoticeKind.Relayed, Notice(done, attemptedAt)))
            )
            .ToList();
        List<SpoolEntry> entries = [.. await NoticesAsync(message, body, told, CancellationToken.None)];
        var options = topology.Current.Options;
        var isDelayDue = options.Bounces.DelayWarning > TimeSpan.Zero && now - message.ReceivedAt >= options.Bounces.DelayWarning;
        if (!isDelayDue || plan.Remaining.Count == 0 || part.IsDelayTold)
        {
            return (entries, plan.Remaining);
        }

        var waiting = plan.Waiting.Select(left => Notice(left, attemptedAt));
        if (
            await notices.CreateAsync(NoticeKind.Delayed, message, body, waiting, part.ExpiresAt, options.Retry, CancellationToken.None) is
            { } warning
        )
        {
            entries.Add(warning);
        }

        return (entries, [.. plan.Remaining.Select(static left => left with { IsDelayTold = true })]);
    }

    private static NoticeRecipient Notice(SettlementPlanner.Verdict verdict, DateTimeOffset? at)
    {
        // A sender hears of Relay's own credentials as little as a client does: nobody was asked about the message.
        var reply = verdict.Outcome.Reply is { } said && !ServerComplaints.IsAboutCredentials(said) ? said : null;
        return new NoticeRecipient(verdict.Recipient, reply, verdict.Outcome.Upstream, verdict.IsUnconfirmed) { AttemptedAt = at };
    }

    private static string Reason(SettlementPlanner.Verdict failed) =>
        failed.Outcome.Kind == OutcomeKind.Rejected
            ? $"{failed.Outcome.Upstream ?? "refused"}: {failed.Outcome.Reply}"
            : $"given up: {failed.Outcome.Reply?.ToString() ?? "no upstream could take it"}";

    private async Task PauseAsync(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, time, stopping);
        }
        catch (OperationCanceledException)
        {
            return; // one last try follows
        }
    }

    [LoggerMessage(
        EventId = 500,
        EventName = "NotWritten",
        Level = LogLevel.Error,
        Message = "What became of {Id} is to be written again: {Reason}"
    )]
    private partial void LogNotWritten(MessageId id, string reason);
}
