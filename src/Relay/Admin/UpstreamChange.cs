using Microsoft.AspNetCore.Http.HttpResults;
using Relay.Core.Upstreams;
using Relay.Live;

namespace Relay.Admin;

/// <summary>What all changes of an upstream by hand have in common: it is found by name, changed, and its group works out anew who is in service.</summary>
internal sealed class UpstreamChange(TopologyManager topology, UpstreamHistory history, OperatorLog log)
{
    /// <param name="group">Name of its group.</param>
    /// <param name="name">Its own.</param>
    /// <param name="change">What is done to it.</param>
    /// <param name="write">Tells the log.</param>
    public Results<Ok<UpstreamItem>, ProblemHttpResult> Apply(
        string group,
        string name,
        Action<UpstreamServer> change,
        Action<OperatorLog, UpstreamServer> write
    )
    {
        if (topology.Current.Find(group, name) is not var (found, server))
        {
            return Problems.NoUpstream(group, name);
        }

        change(server);
        found.Refresh();
        history.Look();
        write(log, server);
        return TypedResults.Ok(UpstreamItem.Of(server));
    }
}
