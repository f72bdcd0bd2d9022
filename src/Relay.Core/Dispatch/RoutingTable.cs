using System.Collections.Frozen;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>The routes of one topology, each with the queue of its group; immutable. The first route that matches a recipient decides.</summary>
internal sealed class RoutingTable
{
    private readonly FrozenDictionary<string, GroupQueue> _queues;
    private readonly RouteIndex _index;

    public RoutingTable(RelayTopology topology, IEnumerable<GroupQueue> queues)
    {
        Topology = topology;
        _queues = queues.ToFrozenDictionary(queue => queue.Group.Name, StringComparer.OrdinalIgnoreCase);
        Routes = [.. topology.Routes.Select(route => new Route(route, _queues[route.Group]))];
        _index = new RouteIndex(Routes);
    }

    /// <summary>Before the first topology.</summary>
    public static RoutingTable Empty { get; } =
        new(new RelayTopology(0, new RelayOptions(), [], FrozenDictionary<string, UpstreamGroup>.Empty), []);

    public RelayTopology Topology { get; }

    /// <summary>In order.</summary>
    public IReadOnlyList<Route> Routes { get; }

    /// <summary>The queue of this very group; null when the group is new.</summary>
    public GroupQueue? QueueOf(UpstreamGroup group) =>
        _queues.TryGetValue(group.Name, out var queue) && queue.Group == group ? queue : null;

    /// <summary>The queue of a recipient's group, null when no route matches.</summary>
    public GroupQueue? Match(MessageOrigin origin, MailPath sender, MailPath recipient) =>
        IndexOf(origin, sender, recipient) is >= 0 and var index ? Routes[index].Group : null;

    /// <summary>The place in <see cref="Routes"/> of the route that decides, -1 when none matches.</summary>
    public int IndexOf(MessageOrigin origin, MailPath sender, MailPath recipient) => _index.Find(origin, sender, recipient);
}
