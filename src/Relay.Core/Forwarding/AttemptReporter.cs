using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Relay.Core.Dispatch;
using Relay.Core.Messages;
using Relay.Core.Telemetry;
using Relay.Core.Telemetry.Trail;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Forwarding;

/// <summary>Tells a server's counters, pace and health how an attempt went.</summary>
internal sealed partial class AttemptReporter(
    PassiveHealthTracker health,
    PaceReporter pace,
    RelayMetrics metrics,
    TimeProvider time,
    ILogger<AttemptReporter> logger,
    MessageTrail? trail = null
)
{
    /// <summary>A defect of ours ended the attempt. It says nothing about the server.</summary>
    public void Defect(UpstreamServer server, Exception exception) => LogDefect(exception, server);

    /// <summary>What was said in a transaction, if anybody is to be able to look it up.</summary>
    public Exchange? Keep(IReadOnlyList<EnvelopeRecipient> recipients, TransactionResult result, Exchange? earlier) =>
        trail is { IsOn: true } ? new Exchange(recipients, result.Mail, result.Recipients, result.Data, result.Dot, earlier) : null;

    /// <summary>When a phase begins: a timestamp, or 0 when nobody measures phases.</summary>
    public long Begin() => metrics.MeasuresDurations ? time.GetTimestamp() : 0;

    /// <summary>A phase that began at <paramref name="start"/> has ended.</summary>
    public void Took(UpstreamServer server, DeliveryPhase phase, long start)
    {
        if (start != 0)
        {
            metrics.Took(server.GroupName, server.ConfiguredName, phase, time.GetElapsedTime(start));
        }
    }

    /// <summary>The server has accepted a message of this size.</summary>
    public void Sent(UpstreamServer server, long bytes) => metrics.Sent(server.GroupName, server.ConfiguredName, bytes);

    /// <summary>Tells the span of an attempt, if there is one, how it went.</summary>
    public static void End(Activity? span, RecipientVerdict[] verdicts, UpstreamFailure? failure)
    {
        if (span is null)
        {
            return;
        }

        var gravest = verdicts.MaxBy(static verdict =>
            verdict.Verdict.Outcome switch
            {
                OutcomeKind.Delivered => 0,
                OutcomeKind.Rejected => 1,
                OutcomeKind.Deferred => 2,
                _ => 3,
            }
        );
        RelayTracing.End(span, gravest.Verdict.Outcome, gravest.Reply ?? failure?.Reply, failure?.Kind.ToString());
    }

    /// <param name="lease">The attempt's.</param>
    /// <param name="verdicts">On its recipients.</param>
    /// <param name="failure">How the dialogue broke off, if it did.</param>
    /// <param name="hasUnansweredDotsInARow">It left the second final dot in a row without an answer.</param>
    /// <param name="duration">Its length.</param>
    public void Report(
        UpstreamLease lease,
        RecipientVerdict[] verdicts,
        UpstreamFailure? failure,
        bool hasUnansweredDotsInARow,
        TimeSpan duration
    )
    {
        Count(lease.Server, verdicts, failure, duration);
        var worst = Worst(verdicts);
        lease.HasReported = worst.Verdict.Blame != Blame.Nobody;
        if (hasUnansweredDotsInARow)
        {
            health.Failed(lease.Server, "two final dots in a row were not answered");
            return;
        }

        Tell(lease, worst, failure, verdicts, duration);
    }

    private void Tell(UpstreamLease lease, RecipientVerdict worst, UpstreamFailure? failure, RecipientVerdict[] verdicts, TimeSpan duration)
    {
        var server = lease.Server;
        var reason = failure?.ToString() ?? worst.Reply?.ToString() ?? "";
        switch (worst.Verdict.Blame)
        {
            case Blame.None when worst.Verdict.Outcome == OutcomeKind.Uncertain:
                lease.HasReported = false; // says nothing yet: a trial remains to be made
                break;
            case Blame.None when worst == RecipientVerdict.OutOfPace:
                lease.HasReported = false; // it was not asked
                break;
            case Blame.None:
                pace.Succeeded(server, duration);
                health.Worked(lease.Group, server, isRefused: false);
                break;
            case Blame.Message:
                pace.Succeeded(server, duration);
                health.Worked(lease.Group, server, isRefused: !IsAnyDelivered(verdicts));
                break;
            case Blame.Pace:
                pace.Throttled(server, worst.Reply, reason, duration);
                health.Worked(lease.Group, server, isRefused: false);
                break;
            case Blame.Logins:
                pace.LoginThrottled(server, reason, duration);
                health.Worked(lease.Group, server, isRefused: false);
                break;
            case Blame.Host:
                health.Failed(server, reason);
                break;
            case Blame.HostAlarm:
                health.Failed(server, reason);
                health.Alarm(server, reason, isTransient: worst.Reply is { IsTransient: true });
                break;
            case Blame.Credentials:
                health.Distrusted(server, reason, EjectionCause.Credentials);
                break;
            case Blame.Certificate:
                health.Distrusted(server, reason, EjectionCause.Certificate);
                break;
            case Blame.Nobody:
                break;
        }
    }

    private static void Count(UpstreamServer server, RecipientVerdict[] verdicts, UpstreamFailure? failure, TimeSpan duration)
    {
        var load = server.Load;
        if (IsAnyDelivered(verdicts))
        {
            load.CountDelivered(duration);
        }
        else if (Array.Exists(verdicts, verdict => verdict.Verdict.Outcome == OutcomeKind.Uncertain))
        {
            load.CountUncertain(duration);
        }
        else if (
            failure is
            {
                Kind: UpstreamFailureKind.Cancelled
                    or UpstreamFailureKind.LeaseOver
                    or UpstreamFailureKind.CannotCarry
                    or UpstreamFailureKind.LoginTooSoon
            }
        )
        {
            return;
        }
        else if (failure is not null)
        {
            load.CountFailed(duration);
        }
        else if (Array.Exists(verdicts, verdict => verdict.Verdict.Outcome == OutcomeKind.Rejected))
        {
            load.CountRejected(duration, server.Health.RefusedShare);
        }
        else
        {
            load.CountDeferred(duration, server.Health.RefusedShare);
        }
    }

    private static bool IsAnyDelivered(RecipientVerdict[] verdicts) =>
        Array.Exists(verdicts, verdict => verdict.Verdict.Outcome == OutcomeKind.Delivered);

    /// <summary>One bad recipient must not hide what another reply says of the server: the gravest blame counts.</summary>
    private static RecipientVerdict Worst(RecipientVerdict[] verdicts)
    {
        var worst = verdicts[0];
        foreach (var verdict in verdicts)
        {
            if (verdict.Verdict.Blame > worst.Verdict.Blame)
            {
                worst = verdict;
            }
        }

        return worst;
    }

    [LoggerMessage(EventId = 200, EventName = "Defect", Level = LogLevel.Error, Message = "An attempt at {Upstream} ended by a defect")]
    private partial void LogDefect(Exception exception, UpstreamServer upstream);
}
