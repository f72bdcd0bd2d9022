using Microsoft.AspNetCore.Http.HttpResults;

namespace Relay.Admin;

/// <summary><c>POST /api/v1/upstreams/{group}/{name}/eject</c>: out of use for a while, as if it had failed; a trial message brings it back.</summary>
internal static class EjectUpstream
{
    public static Results<Ok<UpstreamItem>, ProblemHttpResult> Handle(
        string group,
        string name,
        UpstreamChange change,
        HttpContext context
    ) =>
        change.Apply(
            group,
            name,
            server => server.Health.EjectAsRefuser("ejected by hand", isByHand: true),
            (log, server) => log.Ejected(context, server)
        );
}
