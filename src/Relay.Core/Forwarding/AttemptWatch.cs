using Relay.Core.Timing;

namespace Relay.Core.Forwarding;

/// <summary>
/// All attempts that somebody waits for, and the two ends of that patience besides the attempt's own: the time for which a client is kept waiting, and the stop of
/// the process. When it is to stop, attempts whose final dot is not out are given up, those whose dot is out are no longer waited for. Every client still gets its answer.
/// </summary>
/// <remarks>
/// A timer for each message would cost more than many another thing that is done for it, and hardly one ever fires: the heartbeat makes one when the end is near.
/// </remarks>
internal sealed class AttemptWatch : IHeartbeatListener, IDisposable
{
    private readonly LinkedList<RunningAttempt> _awaited = [];
    private readonly Lock _lock = new();
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _time;
    private volatile bool _isGivenUp;

    public AttemptWatch(Heartbeat heartbeat, TimeProvider time)
    {
        _heartbeat = heartbeat;
        _time = time;
        heartbeat.Add(this);
    }

    /// <summary>Whether the process stops: no attempt is begun any more.</summary>
    public bool IsGivenUp => _isGivenUp;

    /// <summary>Ends all patience. Those who wait go on in here, one after the other, and each takes but a step.</summary>
    public void GiveUp()
    {
        _isGivenUp = true;
        foreach (var attempt in Snapshot())
        {
            attempt.EndWait(AttemptEnd.GivenUp);
        }
    }

    /// <summary>From now on somebody waits for the attempt.</summary>
    public void Add(LinkedListNode<RunningAttempt> attempt)
    {
        lock (_lock)
        {
            _awaited.AddLast(attempt);
        }

        StartTimerIfDue(attempt.Value, _time.GetTimestamp());
        if (_isGivenUp)
        {
            attempt.Value.EndWait(AttemptEnd.GivenUp); // said while it was being added
        }
    }

    public void Remove(LinkedListNode<RunningAttempt> attempt)
    {
        lock (_lock)
        {
            _awaited.Remove(attempt);
        }
    }

    public void OnHeartbeat(long now)
    {
        foreach (var attempt in Snapshot())
        {
            StartTimerIfDue(attempt, now);
        }
    }

    public void Dispose() => _heartbeat.Remove(this);

    private void StartTimerIfDue(RunningAttempt attempt, long now)
    {
        // Twice the interval: the next beat may be a little late.
        if (attempt.Deadline is { } deadline && _time.GetElapsedTime(now, deadline) < 2 * Heartbeat.Interval)
        {
            attempt.StartTimer(_time);
        }
    }

    private RunningAttempt[] Snapshot()
    {
        lock (_lock)
        {
            return [.. _awaited];
        }
    }
}
