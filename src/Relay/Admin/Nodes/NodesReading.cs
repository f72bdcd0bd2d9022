namespace Relay.Admin.Nodes;

/// <summary>The answer of <c>GET /api/v1/nodes</c>.</summary>
/// <param name="IsShared">Relays may share the database of this one; otherwise it runs alone.</param>
/// <param name="IsHeard">The database is there; otherwise this node goes by its own sight, and the others are shown as they were last seen.</param>
/// <param name="Items">All nodes, this one among them.</param>
internal sealed record NodesReading(bool IsShared, bool IsHeard, IReadOnlyList<NodeItem> Items);
