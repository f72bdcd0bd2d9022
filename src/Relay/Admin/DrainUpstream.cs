using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin;

/// <summary><c>POST /api/v1/upstreams/{group}/{name}/drain</c>: no new mail for it, until it is resumed; where nodes share a database on all of them, else until the process ends.</summary>
internal static class DrainUpstream
{
    public static Results<Ok<UpstreamItem>, ProblemHttpResult> Handle(
        string group,
        string name,
        UpstreamChange change,
        HttpContext context
    ) => change.Apply(group, name, server => server.Drain(), (log, server) => log.Drained(context, server));
}
