namespace Relay.Core.Upstreams;

/// <summary>
/// A moving average that takes a worse sample at once and forgets it slowly (Finagle's peak EWMA). It also falls while there are no samples, so that a server that was
/// slow is tried again.
/// </summary>
internal sealed class PeakAverage(TimeProvider time)
{
    /// <summary>After this time a sample counts 37 %; after ten seconds 4 %, so that a server that became fast is found within that time.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(3);

    private readonly Lock _lock = new();
    private double _value;
    private long _at = time.GetTimestamp();

    /// <summary>The average now; 0 when nothing is known.</summary>
    public double Now
    {
        get
        {
            lock (_lock)
            {
                return _value * Kept(time.GetTimestamp());
            }
        }
    }

    public void Observe(double sample)
    {
        lock (_lock)
        {
            var now = time.GetTimestamp();
            var kept = Kept(now);
            _value = sample >= _value * kept ? sample : (_value * kept) + (sample * (1 - kept));
            _at = now;
        }
    }

    private double Kept(long now) => Math.Exp(-time.GetElapsedTime(_at, now) / Memory);
}
