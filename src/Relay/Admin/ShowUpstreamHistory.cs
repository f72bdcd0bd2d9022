using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Upstreams;
using Relay.Live;

namespace Relay.Admin;

/// <summary><c>GET /api/v1/upstreams/{group}/{name}/history</c>: when it came into which state and why, the newest first, and its rate of the last hour.</summary>
internal static class ShowUpstreamHistory
{
    public static Results<Ok<History>, ProblemHttpResult> Handle(
        string group,
        string name,
        TopologyManager topology,
        UpstreamHistory states,
        TrafficSampler sampler
    ) =>
        topology.Current.Find(group, name) is var (_, server)
            ? TypedResults.Ok(new History(states.Of(server.GroupName, server.Name), sampler.RatesOf(server.GroupName, server.Name)))
            : Problems.NoUpstream(group, name);

    /// <param name="Changes">The newest first.</param>
    /// <param name="Rates">Messages a second that it took in the last hour, a point for each ten seconds, the oldest first.</param>
    internal sealed record History(IReadOnlyList<UpstreamStateChange> Changes, IReadOnlyList<float> Rates);
}
