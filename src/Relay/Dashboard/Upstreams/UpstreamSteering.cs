using Relay.Admin;
using Relay.Core.Upstreams;
using Relay.Live;

namespace Relay.Dashboard.Upstreams;

/// <summary>Changes upstreams for whoever looks at the page, as the API does, and has it written down.</summary>
internal sealed class UpstreamSteering(TopologyManager topology, UpstreamHistory history, OperatorLog log)
{
    /// <summary>Null when it was done, or why not; so are all others here.</summary>
    public string? Drain(Viewer viewer, string group, string name) =>
        Apply(viewer, group, name, "upstream.drain", "drained", static server => server.Drain());

    public string? Resume(Viewer viewer, string group, string name) =>
        Apply(viewer, group, name, "upstream.resume", "resumed", static server => server.Resume());

    public string? Eject(Viewer viewer, string group, string name) =>
        Apply(
            viewer,
            group,
            name,
            "upstream.eject",
            "ejected",
            static server => server.Health.EjectAsRefuser("ejected by hand", isByHand: true)
        );

    public string? SetWeight(Viewer viewer, string group, string name, int weight) =>
        Apply(viewer, group, name, "upstream.weight", $"weight {weight}", server => server.SetWeight(weight));

    private string? Apply(Viewer viewer, string group, string name, string action, string result, Action<UpstreamServer> change)
    {
        if (viewer.WhyNot is { } why)
        {
            return why;
        }

        if (topology.Current.Find(group, name) is not var (found, server))
        {
            return $"There is no upstream {group}/{name} any more.";
        }

        change(server);
        found.Refresh();
        history.Look();
        log.Steered(viewer.Who, action, server, result);
        return null;
    }
}
