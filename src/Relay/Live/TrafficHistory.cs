namespace Relay.Live;

/// <summary>The last hour, second by second.</summary>
internal sealed class TrafficHistory
{
    /// <summary>An hour.</summary>
    public const int Seconds = 3600;

    private readonly Lock _lock = new();
    private readonly Ring<TrafficPoint> _points = new(Seconds);

    public void Add(TrafficPoint point)
    {
        lock (_lock)
        {
            _points.Add(point);
        }
    }

    /// <summary>The last seconds, several made one so that there are no more points than are wanted; the oldest first.</summary>
    /// <param name="seconds">How far back, at most <see cref="Seconds"/>.</param>
    /// <param name="points">At most so many, at least one.</param>
    public IReadOnlyList<TrafficPoint> Last(int seconds, int points)
    {
        TrafficPoint[] all;
        lock (_lock)
        {
            all = [.. _points.Items.TakeLast(seconds)];
        }

        var step = (int)Math.Ceiling((double)all.Length / points);
        return step <= 1 ? all : [.. all.Chunk(step).Select(Merge)];
    }

    private static TrafficPoint Merge(TrafficPoint[] points) =>
        points[^1] with
        {
            Messages = points.Average(static point => point.Messages),
            Bytes = points.Average(static point => point.Bytes),
            PutOff = points.Average(static point => point.PutOff),
            Refused = points.Average(static point => point.Refused),
            Delivered = points.Average(static point => point.Delivered),
            Deferred = points.Average(static point => point.Deferred),
            Rejected = points.Average(static point => point.Rejected),
            Failed = points.Average(static point => point.Failed),
            Bounces = points.Average(static point => point.Bounces),
            P50 = points.Average(static point => point.P50), // of those seconds that have one
            P95 = points.Max(static point => point.P95), // a short stall must not vanish in a long view
        };
}
