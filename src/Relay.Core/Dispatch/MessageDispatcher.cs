using System.Collections.Frozen;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>Decides where a message may go. Takes one snapshot of the topology per message.</summary>
internal sealed class MessageDispatcher
{
    private readonly RouteMatcher _routes;

    public MessageDispatcher(TopologyManager topology, Heartbeat heartbeat, TimeProvider time, Random random)
    {
        var queues = topology.Current.Groups.ToFrozenDictionary(
            group => group.Key,
            group => new GroupQueue(group.Value, StrategyRegistry.Create(group.Value.Options.Strategy, random), time),
            StringComparer.OrdinalIgnoreCase
        );
        foreach (var queue in queues.Values)
        {
            heartbeat.Add(queue);
        }

        _routes = new RouteMatcher(topology.Current, queues);
    }

    /// <summary>The group of one recipient; null when no route takes it.</summary>
    public GroupQueue? GroupOf(MessageOrigin origin, MailPath sender, MailPath recipient) => _routes.Match(origin, sender, recipient);

    /// <summary>The recipients of a message by group, in the order in which the groups are first met.</summary>
    public DeliveryPlan Plan(ReceivedMessage message)
    {
        var envelope = message.Envelope;
        List<(GroupQueue Queue, List<int> Recipients)> groups = new(1);
        List<int>? unroutable = null;
        for (var index = 0; index < envelope.Recipients.Count; index++)
        {
            var queue = GroupOf(message.Origin, envelope.Sender, envelope.Recipients[index].Path);
            if (queue is null)
            {
                (unroutable ??= []).Add(index);
                continue;
            }

            var position = groups.FindIndex(group => group.Queue == queue);
            if (position < 0)
            {
                position = groups.Count;
                groups.Add((queue, []));
            }

            groups[position].Recipients.Add(index);
        }

        return new DeliveryPlan([.. groups.Select(group => new GroupPlan(group.Queue, message, group.Recipients))], unroutable ?? []);
    }
}
