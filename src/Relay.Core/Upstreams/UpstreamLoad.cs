namespace Relay.Core.Upstreams;

/// <summary>How busy a server is and what it has done: the numbers that strategies and the API read.</summary>
internal sealed class UpstreamLoad(TimeProvider time)
{
    /// <summary>Weight of the newest sample in the moving average of reply times.</summary>
    private const double Smoothing = 0.1;

    /// <summary>What a failure counts as, however fast it came.</summary>
    private const double FailureMs = 1000;

    private int _inFlight;
    private int _large;
    private long _delivered;
    private long _deferred;
    private long _rejected;
    private long _failed;
    private long _uncertain;
    private double _latencyMs;

    /// <summary>Deliveries under way now.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Those of them that are large and hold their place for long.</summary>
    public int LargeInFlight => Volatile.Read(ref _large);

    /// <summary>Messages it accepted.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Messages it put off with a 4xx.</summary>
    public long Deferred => Interlocked.Read(ref _deferred);

    /// <summary>Messages it refused for good.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Attempts that broke off before the final dot: no connection, connection lost, no reply.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Attempts whose final dot was not answered.</summary>
    public long Uncertain => Interlocked.Read(ref _uncertain);

    /// <summary>Moving average of the time of a delivery in milliseconds; 0 before the first.</summary>
    public double LatencyMs => Volatile.Read(ref _latencyMs);

    /// <summary>Reply time as the strategies see it: it rises at once and falls slowly.</summary>
    public PeakAverage ReplyTime { get; } = new(time);

    /// <summary>Takes one of <paramref name="limit"/> slots.</summary>
    public bool TryReserve(int limit)
    {
        int current;
        do
        {
            current = Volatile.Read(ref _inFlight);
            if (current >= limit)
            {
                return false;
            }
        } while (Interlocked.CompareExchange(ref _inFlight, current + 1, current) != current);

        return true;
    }

    public void Release() => Interlocked.Decrement(ref _inFlight);

    public void BeginLarge() => Interlocked.Increment(ref _large);

    public void EndLarge() => Interlocked.Decrement(ref _large);

    public void CountDelivered(TimeSpan duration)
    {
        Interlocked.Increment(ref _delivered);
        ReplyTime.Observe(duration.TotalMilliseconds);
        var average = LatencyMs;
        var sample = duration.TotalMilliseconds;
        // Two writers may lose one sample of each other; an average does not mind.
        Volatile.Write(ref _latencyMs, average == 0 ? sample : average + (Smoothing * (sample - average)));
    }

    /// <param name="duration">Of the attempt.</param>
    /// <param name="refusedShare">0 to 1: the share of its last messages that the server refused.</param>
    public void CountDeferred(TimeSpan duration, double refusedShare)
    {
        Interlocked.Increment(ref _deferred);
        ObserveRefusal(duration, refusedShare);
    }

    /// <inheritdoc cref="CountDeferred"/>
    public void CountRejected(TimeSpan duration, double refusedShare)
    {
        Interlocked.Increment(ref _rejected);
        ObserveRefusal(duration, refusedShare);
    }

    /// <summary>An attempt broke off; to a strategy that is worse than slow.</summary>
    public void CountFailed(TimeSpan duration)
    {
        Interlocked.Increment(ref _failed);
        ObserveFailure(duration);
    }

    /// <summary>An attempt ended without an answer to its final dot: as bad as one that broke off.</summary>
    public void CountUncertain(TimeSpan duration)
    {
        Interlocked.Increment(ref _uncertain);
        ObserveFailure(duration);
    }

    private void ObserveFailure(TimeSpan duration) => ReplyTime.Observe(Math.Max(duration.TotalMilliseconds, FailureMs));

    /// <summary>A refusal now and then is the message's fault and means little; who refuses everything is as bad as one that fails.</summary>
    private void ObserveRefusal(TimeSpan duration, double refusedShare) =>
        ReplyTime.Observe(Math.Max(duration.TotalMilliseconds, FailureMs * refusedShare));
}
