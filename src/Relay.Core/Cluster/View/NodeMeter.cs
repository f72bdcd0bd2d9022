using Relay.Core.Telemetry;

namespace Relay.Core.Cluster.View;

/// <summary>Measures what this node tells the others of itself. Used by one thread.</summary>
internal sealed class NodeMeter(RelayMetrics metrics, TimeProvider time)
{
    private long _accepted = metrics.Traffic.Read().Accepted;
    private long _measuredAt = time.GetTimestamp();

    /// <param name="isDraining">The process is to end.</param>
    public NodeFigures Measure(bool isDraining)
    {
        var (accepted, now) = (metrics.Traffic.Read().Accepted, time.GetTimestamp());
        var seconds = Math.Max(0.001, time.GetElapsedTime(_measuredAt, now).TotalSeconds);
        var rate = Math.Round((accepted - _accepted) / seconds, 2);
        (_accepted, _measuredAt) = (accepted, now);
        return new NodeFigures { IsDraining = isDraining, MessagesPerSecond = rate };
    }
}
