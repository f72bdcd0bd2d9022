namespace Relay.Core.Telemetry;

/// <summary>Buckets for times from 10 µs to an hour, four to each doubling: a percentile read from them is at most a fifth too high.</summary>
internal static class LatencyScale
{
    private const double LeastMilliseconds = 0.01;
    private const int PerDoubling = 4;

    /// <summary>0.01 ms × 2^(112/4) is 45 minutes; what takes longer is in the last.</summary>
    public const int Buckets = 113;

    public static int BucketOf(TimeSpan time)
    {
        var ratio = time.TotalMilliseconds / LeastMilliseconds;
        return ratio <= 1 ? 0 : Math.Min(Buckets - 1, (int)Math.Ceiling(Math.Log2(ratio) * PerDoubling));
    }

    /// <summary>Its upper end in milliseconds.</summary>
    public static double Milliseconds(int bucket) => LeastMilliseconds * Math.Pow(2, (double)bucket / PerDoubling);

    /// <summary>The time that a share of all stayed within, between two readings; null when there was nothing.</summary>
    /// <param name="before">Counts then.</param>
    /// <param name="now">Counts now.</param>
    /// <param name="share">0 to 1.</param>
    public static double? Percentile(IReadOnlyList<long> before, IReadOnlyList<long> now, double share)
    {
        var all = 0L;
        for (var bucket = 0; bucket < Buckets; bucket++)
        {
            all += now[bucket] - before[bucket];
        }

        var left = (long)Math.Ceiling(all * share);
        for (var bucket = 0; bucket < Buckets && all > 0; bucket++)
        {
            left -= now[bucket] - before[bucket];
            if (left <= 0)
            {
                return Milliseconds(bucket);
            }
        }

        return null;
    }
}
