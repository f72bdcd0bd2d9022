using Relay.Core.Cluster.View;
using Relay.Core.Configuration;
using Relay.Live;
using Relay.Telemetry;

namespace Relay.Admin.Nodes;

/// <summary>The nodes as this one knows them; where it runs alone, itself.</summary>
internal sealed class NodeList(RelayOptions options, TrafficSampler sampler, TimeProvider time, SharedView? view = null)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    public NodesReading Read()
    {
        if (view is null)
        {
            return new NodesReading(IsShared: false, IsHeard: true, [Alone(0)]);
        }

        var (self, heard) = (view.Self?.Id ?? 0, view.Heard);
        var toldAt = time.GetUtcNow() - heard.Age;
        var nodes = heard.Nodes.Select(node => NodeItem.Of(node, self, options.Cluster.LeaseTime / 2, toldAt, heard.Age)).ToList();
        if (view.IsAway)
        {
            nodes = [.. nodes.Select(static node => node.IsThis ? node : node with { State = NodeItem.Silent })];
        }

        return new NodesReading(IsShared: true, !view.IsAway, nodes.Exists(static node => node.IsThis) ? nodes : [.. nodes, Alone(self)]);
    }

    private NodeItem Alone(long id) =>
        new()
        {
            Id = id,
            Name = options.Cluster.NodeName,
            Version = RelayVersion.Text,
            State = NodeItem.Live,
            IsThis = true,
            StartedAt = _startedAt,
            SilentSeconds = 0,
            Admin = options.Admin.Address,
            MessagesPerSecond = sampler.Current.Traffic.Messages,
        };
}
