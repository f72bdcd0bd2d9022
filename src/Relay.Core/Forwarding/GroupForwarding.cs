using Relay.Core.Dispatch;
using Relay.Core.Messages;
using Relay.Core.Telemetry;

namespace Relay.Core.Forwarding;

/// <summary>One message on its way to one group: the next candidate is tried until every recipient is settled, nobody is left, or the budget is spent.</summary>
/// <param name="message">The message.</param>
/// <param name="plan">The recipients for this group, and its candidates.</param>
/// <param name="terms">Common to all groups of the message.</param>
internal sealed class GroupForwarding(ReceivedMessage message, GroupPlan plan, ForwardingTerms terms)
{
    private readonly RecipientProgress[] _progress = new RecipientProgress[plan.Recipients.Count];
    private readonly List<AttemptRecord> _attempts = new(1);

    public IReadOnlyList<int> Recipients => plan.Recipients;

    public IReadOnlyList<AttemptRecord> Attempts => _attempts;

    /// <summary>Left when the budget ended in the middle of it; only where attempts may outlive the budget.</summary>
    public RunningAttempt? Running { get; private set; }

    public RecipientOutcome OutcomeAt(int position) => _progress[position].Outcome;

    public async Task RunAsync(CancellationToken clientGone)
    {
        var isFirst = true;
        while (!IsSettled && !terms.GiveUp.Given.IsCompleted && (isFirst || !terms.Budget.IsSpent))
        {
            isFirst = false;
            var start = terms.Reporter.Begin();
            var pick = await plan.NextAsync(terms.Budget.Deadline, clientGone);
            if (pick.Lease is not { } lease)
            {
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

    /// <summary>Tries one upstream; false when the budget ended before the attempt did.</summary>
    private async Task<bool> TryAsync(UpstreamLease lease, CancellationToken clientGone)
    {
        var positions = Pending();
        var recipients = Array.ConvertAll(positions, position => plan.Recipients[position]);
        var attempt = new DeliveryAttempt(lease, message, recipients, terms.AllOrNothing, terms.Reporter, terms.Time);
        var running = new RunningAttempt(attempt, plan.Group.Name, lease.Server.Name, recipients, clientGone);
        if (terms.LeaveRunning && !await EndsInTimeAsync(running.Completion))
        {
            running.Detach();
            Running = running;
            LeaveOpen(positions);
            return false;
        }

        if (!await EndsBeforeGivingUpAsync(running))
        {
            SettleAsUncertain(positions, lease.Server.Name);
            return false;
        }

        using (running)
        {
            Apply(positions, await running.Completion, lease.Server.Name);
        }

        return true;
    }

    /// <summary>False when the process stops and the final dot is out: only its reply could tell, and nobody waits for it any more.</summary>
    private async Task<bool> EndsBeforeGivingUpAsync(RunningAttempt running)
    {
        if (running.Completion.IsCompleted || await Task.WhenAny(running.Completion, terms.GiveUp.Given) == running.Completion)
        {
            return true;
        }

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

    private void Apply(int[] positions, AttemptResult result, string upstream)
    {
        _attempts.Add(result.Record);
        if (result.HasSeenMessage)
        {
            terms.Budget.CountSeen();
        }

        for (var index = 0; index < positions.Length; index++)
        {
            _progress[positions[index]].Apply(result.Verdicts[index], upstream);
        }
    }

    private int[] Pending()
    {
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

    /// <summary>A timer that is not needed any more; nobody waits for its end.</summary>
    private static void Stop(CancellationTokenSource timer) => timer.Cancel();

    private async Task<bool> EndsInTimeAsync(Task attempt)
    {
        if (attempt.IsCompleted)
        {
            return true;
        }

        using var early = new CancellationTokenSource();
        var remaining = terms.Budget.Remaining;
        var end = Task.Delay(remaining > TimeSpan.Zero ? remaining : TimeSpan.Zero, terms.Time, early.Token);
        var first = await Task.WhenAny(attempt, end);
        Stop(early);
        return first == attempt;
    }
}
