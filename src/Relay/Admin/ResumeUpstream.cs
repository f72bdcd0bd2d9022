using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary><c>POST /api/v1/upstreams/{group}/{name}/resume</c>: a drained upstream gets mail again.</summary>
internal static class ResumeUpstream
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

        server.Resume();
        found.Refresh();
        log.Resumed(context, server);
        return TypedResults.Ok(UpstreamItem.Of(server));
    }
}
