using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Tls;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Discovery;
using Relay.Core.Upstreams.Pace;

namespace Relay.Telemetry;

/// <summary>Reads what metrics show of sessions and upstreams. Asks for the topology each time: a reload changes it.</summary>
internal sealed class TopologyReadings(
    SessionRegistry sessions,
    TopologyManager topology,
    DiscoveryMonitor discovery,
    IMessageSpool spool,
    ServerCertificates certificates,
    BodyStorage storage,
    TimeProvider time
)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public void ConnectTo(RelayMetrics metrics) => metrics.Observe(() => sessions.Count, Upstreams, Queue, Process);

    private ProcessReading Process()
    {
        var limits = topology.Current.Options.Limits;
        return new ProcessReading
        {
            Version = RelayVersion.Text,
            StartedAt = _startedAt,
            Memory = (storage.MemoryInUse, limits.MemoryForMessages),
            ConnectionLimit = limits.Connections,
            CertificateEnds = [.. certificates.Current.Certificates.All.Select(static certificate => certificate.Expires)],
        };
    }

    private QueueReading Queue()
    {
        var statistics = spool.Statistics;
        KeyValuePair<string, int>[] rows =
        [
            new("waiting", statistics.Waiting),
            new("active", statistics.Active),
            new("held", statistics.Held),
            new("uncertain", statistics.Uncertain),
        ];
        var age = statistics.OldestAt is { } oldest ? time.GetUtcNow() - oldest : TimeSpan.Zero;
        return new QueueReading(rows, Math.Max(0, age.TotalSeconds), spool is NoSpool ? null : spool.Condition == SpoolCondition.Good)
        {
            Bytes = statistics.Bytes,
            Records = statistics.Failed,
        };
    }

    private IEnumerable<UpstreamReading> Upstreams()
    {
        var current = topology.Current;
        return from @group in current.Groups.Values
            from upstream in current.Options.Groups[@group.Name].Upstreams
            let members = @group
                .Members.Where(member => string.Equals(member.ConfiguredName, upstream.Key, StringComparison.OrdinalIgnoreCase))
                .ToList()
            select Read(@group, upstream.Key, upstream.Value, members);
    }

    private static RateReading Read(PaceReading reading) =>
        new(reading.Unit, reading.Name[(reading.Name.IndexOf('/', StringComparison.Ordinal) + 1)..], reading.Limit, reading.Used)
        {
            Share = reading.Share,
        };

    private static double? PaceOf(List<UpstreamServer> members)
    {
        var paces = members.Select(static member => member.Pace.Learned).OfType<double>().ToList();
        return paces.Count == 0 ? null : paces.Sum();
    }

    private UpstreamReading Read(UpstreamGroup group, string name, UpstreamOptions options, List<UpstreamServer> members)
    {
        var counts = members.Aggregate(topology.CountsOfGone(group.Name, name), static (sum, member) => sum + UpstreamCounts.Of(member));
        var states = members.Select(static member => member.Status.State).ToList();
        var idle = members.Sum(static member => member.Pool?.Idle ?? 0);
        return new UpstreamReading
        {
            Group = group.Name,
            GroupWaiting = group.Waiting,
            Name = name,
            States = UpstreamStatus.States.ToDictionary(
                state => state,
                state => states.Count(other => other == state),
                StringComparer.Ordinal
            ),
            Weight = members.Where(static member => !member.Agent.Report.KeepsBack).Sum(static member => member.SteadyWeight),
            HasLookupTrouble = DiscoveryQuestion.Of(options) is { } question ? discovery.TroubleOf(question) is not "" : null,
            Pace = PaceOf(members),
            Throttled = members.Sum(static member => member.Pace.Refusals),
            InFlight = members.Sum(static member => member.Load.InFlight),
            Connections = Math.Max(members.Sum(static member => member.Pool?.Open ?? 0), idle),
            Idle = idle,
            ConnectionLimit = members.Sum(static member => member.Options.Connections),
            Rates = members.Count == 0 ? [] : [.. members[0].Pace.Readings.Select(Read)],
            Delivered = counts.Delivered,
            Deferred = counts.Deferred,
            Rejected = counts.Rejected,
            Failed = counts.Failed,
            Uncertain = counts.Uncertain,
        };
    }
}
