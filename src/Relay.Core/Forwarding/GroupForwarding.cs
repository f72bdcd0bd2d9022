using System.Runtime.CompilerServices;
using Relay.Core.Dispatch;
using Relay.Core.Messages;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;

namespace Relay.Core.Forwarding;

/// <summary>One message on its way to one group: the next candidate is tried until every recipient is settled, nobody is left, or the budget is spent.</summary>
/// <param name="message">The message.</param>
/// <param name="plan">The recipients for this group, and its candidates.</param>
/// <param name="terms">Common to all groups of the message.</param>
internal sealed class GroupForwarding(ReceivedMessage message, GroupPlan plan, ForwardingTerms terms)
{
    private static readonly int[] Only = [0];

    private readonly RecipientProgress[] _progress = new RecipientProgress[plan.Recipients.Count];
    private readonly List<AttemptRecord> _attempts = new(1);

    public IReadOnlyList<int> Recipients => plan.Recipients;

    public IReadOnlyList<AttemptRecord> Attempts => _attempts;

    /// <summary>Left when the budget or the process ended in the middle of it; only where attempts may outlive the budget.</summary>
    public RunningAttempt? Running { get; private set; }

    public RecipientOutcome OutcomeAt(int position) => _progress[position].Outcome;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask RunAsync(CancellationToken clientGone)
    {
        var isFirst = true;
        while (!IsSettled && !terms.Watch.IsGivenUp && (isFirst || !terms.Budget.IsSpent))
        {
            isFirst = false;
            var start = terms.Reporter.Begin();
            var pick = await plan.NextAsync(CountPending(), terms.AllOrNothing, terms.Budget.Deadline, clientGone);
            if (pick.Lease is not { } lease)
            {
                WaitForRoom(pick.RoomAt);
                RefuseIfNobodyCanCarry();
                return;
            }

            terms.Reporter.Took(lease.Server, DeliveryPhase.Queue, start);
            if (!await WriteDownAsync(lease) || !await TryAsync(lease, clientGone))
            {
                return;
            }
        }
    }

    /// <summary>All or nothing: one recipient that is settled without delivery settles the message.</summary>
    private bool IsSettled =>
        terms.AllOrNothing
            ? Array.Exists(_progress, progress => progress.IsSettled)
            : Array.TrueForAll(_progress, progress => progress.IsSettled);

    /// <summary>The spool knows which server may have the message before any of it goes out, and for whom: not for those that another has it for.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> WriteDownAsync(UpstreamLease lease)
    {
        if (terms.BeforeAttempt is not { } writeDown)
        {
            return true;
        }

        var isWritten = false;
        try
        {
            isWritten = await writeDown(new NextAttempt(lease.Server, Settled(), _attempts));
        }
        finally
        {
            if (!isWritten)
            {
                lease.Dispose();
            }
        }

        return isWritten;
    }

    /// <summary>Tries one upstream; false when the waiting ended before the attempt did.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TryAsync(UpstreamLease lease, CancellationToken clientGone)
    {
        var positions = Pending();
        var recipients = positions == Only ? [plan.Recipients[0]] : Array.ConvertAll(positions, position => plan.Recipients[position]);
        var attempt = new DeliveryAttempt(lease, message, recipients, terms);
        var deadline = terms.LeaveRunning ? terms.Budget.Deadline : (long?)null;
        var running = new RunningAttempt(attempt, plan.Group.Name, lease.Server.Name, recipients, deadline, clientGone);
        var end = await running.WaitAsync(terms.Watch);
        if (end != AttemptEnd.Completed && terms.LeaveRunning)
        {
            running.Detach();
            Running = running;
            LeaveOpen(positions);
            return false;
        }

        if (end != AttemptEnd.Completed && !TryGiveUp(running))
        {
            SettleAsUncertain(positions, lease.Server.Name);
            return false;
        }

        using (running)
        {
            Apply(positions, running.Result ?? await running.Completion, lease.Server);
        }

        return true;
    }

    /// <summary>False when the final dot is out: only its reply could tell what became of the message, and nobody waits for it any more.</summary>
    private static bool TryGiveUp(RunningAttempt running)
    {
        running.GiveUp();
        return !running.MayBeDelivered;
    }

    private void SettleAsUncertain(int[] positions, string upstream)
    {
        foreach (var position in positions)
        {
            _progress[position].Settle(new RecipientOutcome(OutcomeKind.Uncertain, null, upstream));
        }
    }

    /// <summary>One that another server has refused may yet get the message: to bounce it now would be a lie, and a second word about it.</summary>
    private void LeaveOpen(int[] positions)
    {
        foreach (var position in positions)
        {
            _progress[position].LeaveOpen();
        }
    }

    private void Apply(int[] positions, AttemptResult result, UpstreamServer server)
    {
        _attempts.Add(result.Record);
        for (var index = 0; index < positions.Length; index++)
        {
            _progress[positions[index]].Apply(result.Verdicts[index], server.Name);
        }

        if (result.IsCutShort && LeaveRestFor(positions, result, server))
        {
            return;
        }

        if (result.HasSeenMessage)
        {
            terms.Budget.CountSeen();
        }
    }

    /// <summary>
    /// More recipients than the server's pace has room for: those that it was not asked about may go to it as well, once it has. True when nobody else is left, so that
    /// the server is none that has seen the message and not settled it.
    /// </summary>
    private bool LeaveRestFor(int[] positions, AttemptResult result, UpstreamServer server)
    {
        var (isOnlyRest, left) = (true, 0);
        for (var index = 0; index < positions.Length; index++)
        {
            if (result.Verdicts[index].Verdict.Next == NextStep.WhenInPace)
            {
                left++;
            }
            else
            {
                isOnlyRest &= _progress[positions[index]].IsSettled;
            }
        }

        if (isOnlyRest)
        {
            plan.MayTryAgain(server);
            return true;
        }

        var roomAt = At(server.Pace.RoomAt(Math.Min(left, server.Pace.MostRecipients)));
        for (var index = 0; index < positions.Length; index++)
        {
            if (result.Verdicts[index].Verdict.Next == NextStep.WhenInPace)
            {
                _progress[positions[index]].WaitForRoom(roomAt);
            }
        }

        return false;
    }

    private void WaitForRoom(long? roomAt)
    {
        if (roomAt is not { } known || known == long.MaxValue)
        {
            return;
        }

        var at = At(known);
        for (var position = 0; position < _progress.Length; position++)
        {
            if (!_progress[position].IsSettled)
            {
                _progress[position].WaitForRoom(at);
            }
        }
    }

    /// <summary>In whole milliseconds, as the spool keeps it, and not before.</summary>
    private DateTimeOffset At(long timestamp)
    {
        var wait = terms.Time.GetElapsedTime(terms.Time.GetTimestamp(), timestamp).TotalMilliseconds;
        return terms.Time.GetUtcNow() + TimeSpan.FromMilliseconds(Math.Max(0, Math.Ceiling(wait)));
    }

    private int CountPending()
    {
        var count = 0;
        foreach (var progress in _progress)
        {
            count += progress.IsSettled ? 0 : 1;
        }

        return count;
    }

    private int[] Pending()
    {
        if (_progress.Length == 1)
        {
            return Only; // asked only while it is not settled
        }

        var pending = new List<int>(_progress.Length);
        for (var position = 0; position < _progress.Length; position++)
        {
            if (!_progress[position].IsSettled)
            {
                pending.Add(position);
            }
        }

        return [.. pending];
    }

    private List<SettledRecipient> Settled()
    {
        List<SettledRecipient> settled = [];
        for (var position = 0; position < _progress.Length; position++)
        {
            if (_progress[position].IsSettled)
            {
                settled.Add(new SettledRecipient(position, _progress[position].Outcome));
            }
        }

        return settled;
    }

    private void RefuseIfNobodyCanCarry()
    {
        if (_attempts.Count > 0 || plan.NobodyCanCarry is not { } reply)
        {
            return;
        }

        for (var position = 0; position < _progress.Length; position++)
        {
            _progress[position].Settle(new RecipientOutcome(OutcomeKind.Rejected, reply, null));
        }
    }
}
