using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary><c>GET /api/v1/upstreams</c>: all upstreams with their state and counters.</summary>
internal static class ListUpstreams
{
    public static Ok<IReadOnlyList<UpstreamItem>> Handle(TopologyManager topology) => TypedResults.Ok(UpstreamItem.All(topology));
}
