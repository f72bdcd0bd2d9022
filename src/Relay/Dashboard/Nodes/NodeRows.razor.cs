using Microsoft.AspNetCore.Components;
using Relay.Admin.Nodes;

namespace Relay.Dashboard.Nodes;

/// <summary>The relays that share a database with this one.</summary>
public sealed partial class NodeRows
{
    private NodesReading? _nodes;

    /// <summary>A relay that runs alone has nothing to show among other things.</summary>
    [Parameter]
    public bool HidesWhenAlone { get; set; }

    [Inject]
    private NodeList Nodes { get; set; } = default!;

    protected override void Read() => _nodes = Nodes.Read();
}
