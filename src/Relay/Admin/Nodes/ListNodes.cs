using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin.Nodes;

/// <summary><c>GET /api/v1/nodes</c>: the relays that share a database with this one.</summary>
internal static class ListNodes
{
    public static Ok<NodesReading> Handle(NodeList nodes) => TypedResults.Ok(nodes.Read());
}
