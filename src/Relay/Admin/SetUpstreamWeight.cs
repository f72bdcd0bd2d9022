using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary><c>PUT /api/v1/upstreams/{group}/{name}/weight</c> with <c>{"weight": 3}</c>: overrides the configured weight until the process ends.</summary>
internal static class SetUpstreamWeight
{
    public static Results<Ok<UpstreamItem>, ProblemHttpResult> Handle(
        string group,
        string name,
        Change change,
        TopologyManager topology,
        OperatorLog log,
        HttpContext context
    )
    {
        if (topology.Current.Find(group, name) is not var (found, server))
        {
            return Problems.NoUpstream(group, name);
        }

        if (change.Weight is not (>= UpstreamServer.LeastWeight and <= UpstreamServer.MostWeight and var weight))
        {
            return Problems.BadRequest($"weight: a number between {UpstreamServer.LeastWeight} and {UpstreamServer.MostWeight} is needed.");
        }

        server.SetWeight(weight);
        found.Refresh();
        log.WeightSet(context, server, weight);
        return TypedResults.Ok(UpstreamItem.Of(server));
    }

    /// <param name="Weight">Null when the body does not name it.</param>
    internal sealed record Change(int? Weight);
}
