using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary><c>POST /api/v1/upstreams/{group}/{name}/drain</c>: no new mail for it, until it is resumed or the process ends.</summary>
internal static class DrainUpstream
{
    public static Results<Ok<UpstreamItem>, ProblemHttpResult> Handle(
        string group,
        string name,
        TopologyManager topology,
        OperatorLog log,
        HttpContext context
    )
    {
        if (topology.Current.Find(group, name) is not var (found, server))
        {
            return Problems.NoUpstream(group, name);
        }

        server.Drain();
        found.Refresh();
        log.Drained(context, server);
        return TypedResults.Ok(UpstreamItem.Of(server));
    }
}
