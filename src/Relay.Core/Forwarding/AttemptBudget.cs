namespace Relay.Core.Forwarding;

/// <summary>How long new attempts may be started for one message, and how many upstreams may see it in one run.</summary>
internal sealed class AttemptBudget
{
    private readonly TimeProvider _time;
    private readonly int _limit;
    private int _seen;

    /// <param name="patience">How long new attempts may be started.</param>
    /// <param name="attempts">Upstreams that may see the message.</param>
    /// <param name="time">The clock.</param>
    public AttemptBudget(TimeSpan patience, int attempts, TimeProvider time)
    {
        _time = time;
        _limit = attempts;
        Deadline = time.GetTimestamp() + (long)(patience.TotalSeconds * time.TimestampFrequency);
    }

    /// <summary>The timestamp at which the budget ends.</summary>
    public long Deadline { get; }

    public TimeSpan Remaining => _time.GetElapsedTime(_time.GetTimestamp(), Deadline);

    public bool IsSpent => _time.GetTimestamp() >= Deadline || Volatile.Read(ref _seen) >= _limit;

    /// <summary>An upstream has seen the message; one that could not be reached has not.</summary>
    public void CountSeen() => Interlocked.Increment(ref _seen);
}
