namespace Relay.Core.Upstreams;

/// <summary>How busy a server is and what it has done: the numbers that strategies and the API read. No locks.</summary>
internal sealed class UpstreamLoad
{
    /// <summary>Weight of the newest sample in the moving average of reply times.</summary>
    private const double Smoothing = 0.1;

    private int _inFlight;
    private long _delivered;
    private long _deferred;
    private long _rejected;
    private long _failed;
    private double _latencyMs;

    /// <summary>Deliveries under way now.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Messages it accepted.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Messages it put off with a 4xx.</summary>
    public long Deferred => Interlocked.Read(ref _deferred);

    /// <summary>Messages it refused for good.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>Attempts that broke off: no connection, connection lost, no reply.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Moving average of the time of a delivery in milliseconds; 0 before the first.</summary>
    public double LatencyMs => Volatile.Read(ref _latencyMs);

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

    public void CountDelivered(TimeSpan duration)
    {
        Interlocked.Increment(ref _delivered);
        var average = LatencyMs;
        var sample = duration.TotalMilliseconds;
        // Two writers may lose one sample of each other; an average does not mind.
        Volatile.Write(ref _latencyMs, average == 0 ? sample : average + (Smoothing * (sample - average)));
    }

    public void CountDeferred() => Interlocked.Increment(ref _deferred);

    public void CountRejected() => Interlocked.Increment(ref _rejected);

    public void CountFailed() => Interlocked.Increment(ref _failed);
}
