using System.Globalization;
using Relay.Core.Configuration;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Health;

namespace Relay.Events;

/// <summary>Upstreams that come and go, and groups with them. Looks at their state, so that the path of a message has nothing to do with it.</summary>
internal sealed class UpstreamEvents(TopologyManager topology, TimeProvider time) : IEventSource
{
    private static readonly TimeSpan LeastQuota = TimeSpan.FromHours(1);

    private Dictionary<UpstreamServer, State> _servers = [];
    private Dictionary<string, bool> _groups = [];

    public IEnumerable<RelayEvent> Look()
    {
        var (servers, groups) = (new Dictionary<UpstreamServer, State>(), new Dictionary<string, bool>(StringComparer.Ordinal));
        List<RelayEvent> events = [];
        foreach (var group in topology.Current.Groups.Values)
        {
            foreach (var server in group.Members)
            {
                var now = servers[server] = Read(server);
                events.AddRange(Compare(server, _servers.GetValueOrDefault(server), now));
            }

            var isDown = groups[group.Name] = group.TiersInService.Length == 0 && group.Members.Count > 0;
            if (isDown != _groups.GetValueOrDefault(group.Name))
            {
                events.Add(OfGroup(group.Name, isDown));
            }
        }

        (_servers, _groups) = (servers, groups);
        return events;
    }

    private static State Read(UpstreamServer server)
    {
        var health = server.Health;
        var isOut = !health.IsAvailable && health.EjectedBy is null; // the node that has seen it tells of it
        var usedUp = server.Pace.Readings.FirstOrDefault(static reading => reading.Window >= LeastQuota && reading.Used >= reading.Limit);
        return new State(isOut, isOut ? health.Cause : EjectionCause.Failures, server.Pace.IsPausedHere, usedUp?.Name);
    }

    private IEnumerable<RelayEvent> Compare(UpstreamServer server, State before, State now)
    {
        if (now.IsOut && (!before.IsOut || now.Cause != before.Cause))
        {
            yield return Of(server, KindOf(now.Cause), $"is out of use: {server.Health.Reason}");
        }

        if (before.IsOut && !now.IsOut)
        {
            yield return Of(server, EventKind.Recovered, "is used again");
        }

        if (now.IsPaused && !before.IsPaused)
        {
            var until = server.Pace.NotBefore?.ToString("u", CultureInfo.InvariantCulture) ?? "later";
            yield return Of(server, EventKind.Quota, $"gets no mail before {until}: {server.Pace.Reply}");
        }

        if (now.UsedUp is not null && now.UsedUp != before.UsedUp)
        {
            yield return Of(server, EventKind.Quota, $"has used up its rate {now.UsedUp}");
        }
    }

    private static EventKind KindOf(EjectionCause cause) =>
        cause switch
        {
            EjectionCause.Credentials => EventKind.CredentialsRefused,
            EjectionCause.Certificate => EventKind.CertificateRefused,
            _ => EventKind.Ejected,
        };

    private RelayEvent Of(UpstreamServer server, EventKind kind, string what) =>
        new()
        {
            Kind = kind,
            At = time.GetUtcNow(),
            Group = server.GroupName,
            Upstream = server.Name,
            Text = $"Upstream {server} {what}",
        };

    private RelayEvent OfGroup(string group, bool isDown) =>
        new()
        {
            Kind = isDown ? EventKind.GroupDown : EventKind.GroupUp,
            At = time.GetUtcNow(),
            Group = group,
            Text = isDown ? $"No upstream of the group {group} is in service" : $"The group {group} has an upstream in service again",
        };

    private readonly record struct State(bool IsOut, EjectionCause Cause, bool IsPaused, string? UsedUp);
}
