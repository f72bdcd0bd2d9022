using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary><c>PUT /api/v1/upstreams/{group}/{name}/weight</c> with <c>{"weight": 3}</c>: overrides the configured weight until that changes.</summary>
internal static class SetUpstreamWeight
{
    public static Results<Ok<UpstreamItem>, ProblemHttpResult> Handle(
        string group,
        string name,
        Change wanted,
        UpstreamChange change,
        HttpContext context
    )
    {
        if (wanted.Weight is not (>= UpstreamServer.LeastWeight and <= UpstreamServer.MostWeight and var weight))
        {
            return Problems.BadRequest($"weight: a number between {UpstreamServer.LeastWeight} and {UpstreamServer.MostWeight} is needed.");
        }

        return change.Apply(group, name, server => server.SetWeight(weight), (log, server) => log.WeightSet(context, server, weight));
    }

    /// <param name="Weight">Null when the body does not name it.</param>
    internal sealed record Change(int? Weight);
}
