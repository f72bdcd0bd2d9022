using Relay.Core.Upstreams;

namespace Relay.Live;

/// <summary>The meters of all servers there are; those of servers that are gone are forgotten.</summary>
internal sealed class UpstreamMeters
{
    private const double Nothing = 0.001;
    private readonly Lock _lock = new();
    private Dictionary<UpstreamServer, UpstreamMeter> _meters = [];

    /// <summary>Looks at all servers.</summary>
    /// <returns>Figures of each in the order of group, tier and name, and what was added to the counters of all.</returns>
    public (IReadOnlyList<UpstreamFigures> Figures, UpstreamCounts Added) Measure(RelayTopology topology, double seconds)
    {
        lock (_lock)
        {
            var groups = topology.Groups.Values.OrderBy(static group => group.Name, StringComparer.OrdinalIgnoreCase).ToList();
            var meters = new Dictionary<UpstreamServer, UpstreamMeter>();
            var all = default(UpstreamCounts);
            foreach (var member in groups.SelectMany(static group => group.Members))
            {
                var meter = _meters.GetValueOrDefault(member) ?? new UpstreamMeter(member);
                meter.Measure(member, seconds);
                meters[member] = meter;
                all += meter.Added;
            }

            _meters = meters;
            return ([.. groups.SelectMany(group => FiguresOf(group, seconds))], all);
        }
    }

    /// <summary>Messages a second of the last hour, a point for each ten seconds, the oldest first; empty when there is no such server.</summary>
    public IReadOnlyList<float> RatesOf(string group, string name)
    {
        lock (_lock)
        {
            var meter = _meters.FirstOrDefault(entry =>
                string.Equals(entry.Key.GroupName, group, StringComparison.OrdinalIgnoreCase)
                && string.Equals(entry.Key.Name, name, StringComparison.OrdinalIgnoreCase)
            );
            return meter.Value?.Rates ?? [];
        }
    }

    private IEnumerable<UpstreamFigures> FiguresOf(UpstreamGroup group, double seconds)
    {
        var members = group.Members.Where(_meters.ContainsKey).ToList();
        var all = members.Sum(member => _meters[member].Smoothed);
        return members.Select(member => FiguresOf(member, _meters[member], all, seconds));
    }

    private static UpstreamFigures FiguresOf(UpstreamServer server, UpstreamMeter meter, double all, double seconds)
    {
        var (status, added) = (server.Status, meter.Added);
        return new UpstreamFigures(
            server.GroupName,
            server.Name,
            status.State,
            status.Reason,
            Math.Round(added.Delivered / seconds, 2),
            Math.Round((added.Deferred + added.Rejected + added.Failed + added.Uncertain) / seconds, 2),
            all < Nothing ? null : Math.Round(meter.Smoothed / all, 3),
            server.Load.InFlight,
            server.MostInFlight,
            server.Pool?.Open ?? 0,
            server.Pool?.Idle ?? 0,
            server.Weight,
            server.Pace.PerSecond is { } pace ? Math.Round(pace, 4) : null,
            Math.Round(server.Load.LatencyMs, 1)
        );
    }
}
