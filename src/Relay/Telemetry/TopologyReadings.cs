using Relay.Core.Reception;
using Relay.Core.Spool;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;

namespace Relay.Telemetry;

/// <summary>Reads what metrics show of sessions and upstreams. Asks for the topology each time: a reload changes it.</summary>
internal sealed class TopologyReadings(SessionRegistry sessions, TopologyManager topology, IMessageSpool spool, TimeProvider time)
{
    public void ConnectTo(RelayMetrics metrics) => metrics.Observe(() => sessions.Count, Upstreams, Queue);

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
        return new QueueReading(rows, Math.Max(0, age.TotalSeconds), spool.Condition == SpoolCondition.Good);
    }

    private IEnumerable<UpstreamReading> Upstreams() => topology.Current.Groups.Values.SelectMany(group => group.Members).Select(Read);

    private static UpstreamReading Read(UpstreamServer server)
    {
        var idle = server.Pool?.Idle ?? 0;
        return new UpstreamReading
        {
            Group = server.GroupName,
            Name = server.Name,
            State = server.Status.State,
            States = UpstreamStatus.States,
            InFlight = server.Load.InFlight,
            Connections = Math.Max(server.Pool?.Open ?? 0, idle),
            Idle = idle,
            Delivered = server.Load.Delivered,
            Deferred = server.Load.Deferred,
            Rejected = server.Load.Rejected,
            Failed = server.Load.Failed,
            Uncertain = server.Load.Uncertain,
        };
    }
}
