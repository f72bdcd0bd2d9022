using Relay.Core.Upstreams;

namespace Relay.Live;

/// <summary>Follows the counters of one server from second to second.</summary>
internal sealed class UpstreamMeter
{
    /// <summary>Weight of the newest second: what was ten seconds ago counts a tenth.</summary>
    private const double Smoothing = 0.2;

    private const int PointSeconds = 10;
    private readonly Ring<float> _rates = new(TrafficHistory.Seconds / PointSeconds);
    private UpstreamCounts _before;
    private double _sum;
    private int _seconds;

    public UpstreamMeter(UpstreamServer server) => _before = UpstreamCounts.Of(server);

    /// <summary>What was added since the last second.</summary>
    public UpstreamCounts Added { get; private set; }

    /// <summary>Messages a second that it took of late.</summary>
    public double Smoothed { get; private set; }

    /// <summary>Messages a second of the last hour, a point for each ten seconds.</summary>
    public IReadOnlyList<float> Rates => [.. _rates.Items];

    /// <param name="server">The server.</param>
    /// <param name="seconds">Since the last time.</param>
    public void Measure(UpstreamServer server, double seconds)
    {
        var now = UpstreamCounts.Of(server);
        Added = new UpstreamCounts(
            now.Delivered - _before.Delivered,
            now.Deferred - _before.Deferred,
            now.Rejected - _before.Rejected,
            now.Failed - _before.Failed,
            now.Uncertain - _before.Uncertain
        );
        _before = now;
        var rate = Added.Delivered / seconds;
        Smoothed += Smoothing * (rate - Smoothed);
        _sum += rate;
        if (++_seconds == PointSeconds)
        {
            _rates.Add((float)(_sum / PointSeconds));
            (_sum, _seconds) = (0, 0);
        }
    }
}
