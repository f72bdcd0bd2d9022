namespace Relay.Cli.Top;

/// <summary>What happened between two readings, by the second.</summary>
internal sealed record TrafficFigures
{
    public static readonly TrafficFigures None = new();

    public double Accepted { get; private init; }

    public double Deferred { get; private init; }

    public double Rejected { get; private init; }

    public double Delivered { get; private init; }

    /// <summary>Attempts that broke off, and those whose end nobody knows.</summary>
    public double Failed { get; private init; }

    /// <summary>Half of the deliveries took no longer, in seconds; null while there were none.</summary>
    public double? Median { get; private init; }

    /// <summary>Nineteen of twenty took no longer.</summary>
    public double? Slow { get; private init; }

    /// <summary>Messages delivered a second, by GROUP/NAME.</summary>
    public IReadOnlyDictionary<string, double> ByUpstream { get; private init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>A counter that went back belongs to a relay that was started anew in between: it counts from zero.</summary>
    public static TrafficFigures Between(RelayReading before, RelayReading after)
    {
        var seconds = (after.At - before.At).TotalSeconds;
        if (seconds <= 0)
        {
            return None;
        }

        var known = before.Upstreams.ToDictionary(UpstreamRow.KeyOf, StringComparer.Ordinal);
        var byUpstream = after.Upstreams.ToDictionary(
            UpstreamRow.KeyOf,
            upstream => Rate(known.GetValueOrDefault(UpstreamRow.KeyOf(upstream))?.Delivered ?? upstream.Delivered, upstream.Delivered),
            StringComparer.Ordinal
        );
        var buckets = Buckets(before.Metrics, after.Metrics);
        return new TrafficFigures
        {
            Accepted = Rate(before.Metrics.Accepted, after.Metrics.Accepted),
            Deferred = Rate(before.Metrics.Deferred, after.Metrics.Deferred),
            Rejected = Rate(before.Metrics.Rejected, after.Metrics.Rejected),
            Delivered = byUpstream.Values.Sum(),
            Failed = Rate(
                before.Upstreams.Sum(static one => one.Failed + one.Uncertain),
                after.Upstreams.Sum(static one => one.Failed + one.Uncertain)
            ),
            Median = Quantile(buckets, 0.5),
            Slow = Quantile(buckets, 0.95),
            ByUpstream = byUpstream,
        };

        double Rate(double from, double to) => (to >= from ? to - from : to) / seconds;
    }

    /// <summary>The time that a share of the deliveries did not exceed: within a bucket they count as spread evenly.</summary>
    /// <param name="buckets">Counts up to a time, in rising order.</param>
    /// <param name="share">0 to 1.</param>
    internal static double? Quantile(IReadOnlyList<(double Seconds, double Count)> buckets, double share)
    {
        var wanted = buckets.Count == 0 ? 0 : share * buckets[^1].Count;
        var (lower, below) = (0.0, 0.0);
        foreach (var (upper, count) in buckets)
        {
            if (count >= wanted && count > below && wanted > 0)
            {
                return double.IsPositiveInfinity(upper) ? lower : lower + ((upper - lower) * (wanted - below) / (count - below));
            }

            (lower, below) = (upper, count);
        }

        return null;
    }

    private static List<(double Seconds, double Count)> Buckets(MetricsReading before, MetricsReading after)
    {
        var isSame =
            before.Buckets.Count == after.Buckets.Count
            && before.Buckets.Zip(after.Buckets).All(static pair => pair.First.Count <= pair.Second.Count);
        return isSame
            ? [.. after.Buckets.Zip(before.Buckets, static (now, then) => (now.Seconds, now.Count - then.Count))]
            : [.. after.Buckets];
    }
}
