using Microsoft.AspNetCore.Components;
using Relay.Admin;
using Relay.Core.Upstreams;

namespace Relay.Dashboard.Upstreams;

/// <summary>All upstreams with their counters since the start.</summary>
public sealed partial class UpstreamGroups
{
    private IReadOnlyList<Section> _groups = [];

    [Inject]
    private TopologyManager Topology { get; set; } = default!;

    protected override void Read()
    {
        var current = Topology.Current;
        var items = UpstreamItem.All(Topology).ToLookup(static item => item.Group, StringComparer.OrdinalIgnoreCase);
        _groups =
        [
            .. current
                .Groups.Values.OrderBy(static group => group.Name, StringComparer.OrdinalIgnoreCase)
                .Select(group => new Section(group.Name, group.Options.Strategy, [.. items[group.Name]])),
        ];
    }

    private sealed record Section(string Name, string Strategy, IReadOnlyList<UpstreamItem> Items);
}
