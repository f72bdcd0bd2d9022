using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch;

/// <summary>Decides where a message may go. Takes one snapshot of the topology per message.</summary>
internal sealed class MessageDispatcher
{
    private static readonly int[] Only = [0];

    private readonly TopologyManager _topology;
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly Lock _lock = new();
    private volatile RoutingTable _table = RoutingTable.Empty;

    public MessageDispatcher(TopologyManager topology, Heartbeat heartbeat, TimeProvider time, Random random)
    {
        _topology = topology;
        _heartbeat = heartbeat;
        _time = time;
        _random = random;
        topology.Changed += FollowTopology;
        FollowTopology();
    }

    /// <summary>The routes of now, with a queue for each group.</summary>
    public RoutingTable Table => _table;

    /// <summary>The group of one recipient; null when no route takes it.</summary>
    public GroupQueue? GroupOf(MessageOrigin origin, MailPath sender, MailPath recipient) => _table.Match(origin, sender, recipient);

    /// <summary>The recipients of a message by group, in the order in which the groups are first met.</summary>
    public DeliveryPlan Plan(ReceivedMessage message)
    {
        var table = _table;
        var envelope = message.Envelope;
        return envelope.Recipients.Count == 1 ? PlanForOne(table, message) : PlanForAll(table, message);
    }

    /// <summary>As below, without the bookkeeping: nearly every message has one recipient.</summary>
    private static DeliveryPlan PlanForOne(RoutingTable table, ReceivedMessage message)
    {
        var queue = table.Match(message.Origin, message.Envelope.Sender, message.Envelope.Recipients[0].Path);
        var terms = table.Topology.Options.Delivery;
        return queue is null ? new DeliveryPlan([], Only, terms) : new DeliveryPlan([new GroupPlan(queue, message, Only)], [], terms);
    }

    private static DeliveryPlan PlanForAll(RoutingTable table, ReceivedMessage message)
    {
        var envelope = message.Envelope;
        List<(GroupQueue Queue, List<int> Recipients)> groups = new(1);
        List<int>? unroutable = null;
        for (var index = 0; index < envelope.Recipients.Count; index++)
        {
            var queue = table.Match(message.Origin, envelope.Sender, envelope.Recipients[index].Path);
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

        return new DeliveryPlan(
            [.. groups.Select(group => new GroupPlan(group.Queue, message, group.Recipients))],
            unroutable ?? [],
            table.Topology.Options.Delivery
        );
    }

    /// <summary>Groups that stay keep their queue, and messages that wait in it notice nothing but the new choice.</summary>
    private void FollowTopology()
    {
        lock (_lock)
        {
            var before = _table;
            var topology = _topology.Current;
            _table = new RoutingTable(topology, topology.Groups.Values.Select(group => QueueOf(before, group)));
        }
    }

    private GroupQueue QueueOf(RoutingTable before, UpstreamGroup group)
    {
        var queue = before.QueueOf(group);
        if (queue is null)
        {
            return new GroupQueue(group, StrategyRegistry.Create(group.Options.Strategy, _random), _heartbeat, _time);
        }

        if (!string.Equals(queue.Strategy.Name, group.Options.Strategy, StringComparison.OrdinalIgnoreCase))
        {
            queue.Strategy = StrategyRegistry.Create(group.Options.Strategy, _random);
        }

        return queue;
    }
}
