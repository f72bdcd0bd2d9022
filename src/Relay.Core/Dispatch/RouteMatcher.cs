using System.Collections.Frozen;
using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>Decides the group of a recipient: the first route that matches.</summary>
internal sealed class RouteMatcher
{
    private readonly Route[] _routes;

    public RouteMatcher(RelayTopology topology, FrozenDictionary<string, GroupQueue> queues) =>
        _routes = [.. topology.Routes.Select(route => new Route(route, queues[route.Group]))];

    /// <summary>The group's queue, null when no route matches.</summary>
    public GroupQueue? Match(MessageOrigin origin, MailPath sender, MailPath recipient)
    {
        foreach (var route in _routes)
        {
            if (route.Matches(origin, sender, recipient))
            {
                return route.Group;
            }
        }

        return null;
    }
}
