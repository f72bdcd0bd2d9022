using Relay.Core.Reception;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Core.Timing;
using Relay.Core.Upstreams;

namespace Relay.Live;

/// <summary>Looks at everything once a second, for overviews and those who watch. Nothing of it costs the path of a message more than its counters.</summary>
internal sealed partial class TrafficSampler : IHostedService, IHeartbeatListener
{
    private readonly TopologyManager _topology;
    private readonly IMessageSpool _spool;
    private readonly SessionRegistry _sessions;
    private readonly RelayMetrics _metrics;
    private readonly UpstreamHistory _states;
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _time;
    private readonly ILogger<TrafficSampler> _logger;
    private readonly UpstreamMeters _meters = new();
    private TrafficReading _before;
    private long _bouncesBefore;
    private long _sampledAt;

    public TrafficSampler(
        TopologyManager topology,
        IMessageSpool spool,
        SessionRegistry sessions,
        RelayMetrics metrics,
        UpstreamHistory states,
        Heartbeat heartbeat,
        TimeProvider time,
        ILogger<TrafficSampler> logger
    )
    {
        (_topology, _spool, _sessions, _metrics) = (topology, spool, sessions, metrics);
        (_states, _heartbeat, _time, _logger) = (states, heartbeat, time, logger);
        (_before, _sampledAt) = (metrics.Traffic.Read(), time.GetTimestamp());
        Current = Measure(_before, _before, 1);
    }

    /// <summary>Raised once a second; whoever listens must only take note.</summary>
    public event Action<LiveFigures>? Changed;

    /// <summary>As of a moment ago.</summary>
    public LiveFigures Current { get; private set; }

    public TrafficHistory History { get; } = new();

    /// <summary>Messages a second of one upstream in the last hour, a point for each ten seconds, the oldest first.</summary>
    public IReadOnlyList<float> RatesOf(string group, string name) => _meters.RatesOf(group, name);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _heartbeat.Add(this);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _heartbeat.Remove(this);
        return Task.CompletedTask;
    }

    public void OnHeartbeat(long now)
    {
        var seconds = _time.GetElapsedTime(_sampledAt, now).TotalSeconds;
        if (seconds < 0.1)
        {
            return; // beats that came late follow one another closely, and would show rates that never were
        }

        try
        {
            Sample(now, seconds);
        }
        catch (Exception defect)
        {
            LogDefect(defect);
        }
    }

    private void Sample(long now, double seconds)
    {
        _sampledAt = now;
        var reading = _metrics.Traffic.Read();
        Current = Measure(_before, reading, seconds);
        _before = reading;
        History.Add(Current.Traffic);
        _states.Look();
        Changed?.Invoke(Current);
    }

    private LiveFigures Measure(TrafficReading before, TrafficReading now, double seconds)
    {
        var at = _time.GetUtcNow();
        var (upstreams, added) = _meters.Measure(_topology.Current, seconds);
        var (bounces, queue) = (_metrics.Bounces, QueueFigures.Of(_spool, at));
        double Rate(long count) => Math.Round(count / seconds, 2);
        var traffic = new TrafficPoint(
            at,
            Rate(now.Accepted - before.Accepted),
            Rate(now.Bytes - before.Bytes),
            Rate(now.Deferred - before.Deferred),
            Rate(now.Rejected - before.Rejected),
            Rate(added.Delivered),
            Rate(added.Deferred),
            Rate(added.Rejected),
            Rate(added.Failed + added.Uncertain),
            Rate(bounces - _bouncesBefore),
            LatencyScale.Percentile(before.Latencies, now.Latencies, 0.5),
            LatencyScale.Percentile(before.Latencies, now.Latencies, 0.95),
            _sessions.Count,
            queue.Waiting + queue.Active + queue.Held + queue.Uncertain
        );
        _bouncesBefore = bounces;
        return new LiveFigures(traffic, queue, upstreams);
    }

    [LoggerMessage(940, LogLevel.Error, "The figures of this second could not be taken", EventName = "SampleDefect")]
    private partial void LogDefect(Exception defect);
}
