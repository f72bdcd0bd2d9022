using System.Numerics;

namespace Relay.Benchmarks.Load;

/// <summary>Counts times in steps that grow with them: each is known to 1 in 64, and a message costs one addition, however many there are. Safe for many at once.</summary>
internal sealed class LatencyHistogram
{
    private const int StepBits = 6;
    private const int Steps = 1 << StepBits;

    private readonly long[] _counts = new long[Steps * (64 - StepBits)];
    private long _count;
    private long _maximum;

    /// <summary>In microseconds.</summary>
    public long Maximum => Interlocked.Read(ref _maximum);

    public void Add(TimeSpan time)
    {
        var microseconds = (long)time.TotalMicroseconds;
        Interlocked.Increment(ref _counts[StepOf(microseconds)]);
        Interlocked.Increment(ref _count);
        var highest = Maximum;
        while (microseconds > highest)
        {
            highest = Interlocked.CompareExchange(ref _maximum, microseconds, highest);
        }
    }

    /// <summary>The time in milliseconds that this share of all did not exceed: the end of its step, so never too good.</summary>
    public double PercentileMs(double share)
    {
        var rank = Math.Max(1, (long)Math.Ceiling(share * Interlocked.Read(ref _count)));
        var step = 0;
        for (var seen = _counts[0]; seen < rank && step < _counts.Length - 1; seen += _counts[step])
        {
            step++;
        }

        return Math.Min(EndOf(step), Maximum) / 1000.0;
    }

    /// <summary>Below 64 µs one step a microsecond; above, 64 steps from each power of two to the next.</summary>
    private static int StepOf(long microseconds)
    {
        var shift = Math.Max(0, BitOperations.Log2((ulong)Math.Max(1, microseconds)) - StepBits);
        return (Steps * shift) + (int)(microseconds >> shift);
    }

    private static long EndOf(int step)
    {
        var shift = Math.Max(0, (step >> StepBits) - 1);
        return (((long)step - (Steps * shift) + 1) << shift) - 1;
    }
}
