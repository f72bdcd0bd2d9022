using Relay.Admin;
using Relay.Cli.Top;

namespace Relay.Tests.Cli.Top;

/// <summary>What a relay might say.</summary>
internal static class TopReadings
{
    public static readonly DateTimeOffset Begin = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    public static UpstreamItem Upstream(
        string name,
        long delivered = 0,
        string state = "healthy",
        string reason = "",
        int inFlight = 0,
        double latency = 0
    ) =>
        new()
        {
            Group = "default",
            Name = name,
            Address = $"{name}.example:25",
            State = state,
            Reason = reason,
            Since = null,
            Weight = 1,
            Agent = null,
            AgentPercent = 100,
            Backup = false,
            Priority = 0,
            InFlight = inFlight,
            Connections = 3,
            Idle = 1,
            Delivered = delivered,
            Deferred = 0,
            Rejected = 0,
            Failed = 0,
            Uncertain = 0,
            LearnedPerSecond = null,
            LoginsPerSecond = null,
            NotBefore = null,
            Throttled = 0,
            LatencyMs = latency,
            PacePerSecond = null,
            Pace = [],
        };

    public static RelayReading Of(double second, string metrics, params IReadOnlyList<UpstreamItem> upstreams) =>
        new(Begin.AddSeconds(second), new HealthStatus("ready"), upstreams, MetricsReading.Parse(metrics));
}
