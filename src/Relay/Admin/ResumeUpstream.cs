using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin;

/// <summary><c>POST /api/v1/upstreams/{group}/{name}/resume</c>: a drained upstream gets mail again.</summary>
internal static class ResumeUpstream
{
    public static Results<Ok<UpstreamItem>, ProblemHttpResult> Handle(
        string group,
        string name,
        UpstreamChange change,
        HttpContext context
    ) => change.Apply(group, name, server => server.Resume(), (log, server) => log.Resumed(context, server));
}
