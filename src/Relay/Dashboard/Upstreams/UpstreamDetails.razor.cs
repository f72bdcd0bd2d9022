using Microsoft.AspNetCore.Components;
using Relay.Admin;
using Relay.Core.Upstreams;
using Relay.Dashboard.Components;
using Relay.Live;

namespace Relay.Dashboard.Upstreams;

/// <summary>Everything about one upstream.</summary>
public sealed partial class UpstreamDetails
{
    /// <summary>As the sampler keeps them.</summary>
    private static readonly TimeSpan SecondsOfPoint = TimeSpan.FromSeconds(10);

    private UpstreamItem? _item;
    private IReadOnlyList<UpstreamStateChange> _history = [];
    private IReadOnlyList<ChartLine> _rates = [];
    private string _span = "";

    [Parameter, EditorRequired]
    public string Group { get; set; } = "";

    [Parameter, EditorRequired]
    public string Name { get; set; } = "";

    [Inject]
    private TopologyManager Topology { get; set; } = default!;

    [Inject]
    private UpstreamHistory History { get; set; } = default!;

    [Inject]
    private TrafficSampler Sampler { get; set; } = default!;

    protected override void Read()
    {
        _item = Topology.Current.Find(Group, Name) is var (_, server) ? UpstreamItem.Of(server) : null;
        _history = History.Of(Group, Name);
        double[] rates = [.. Sampler.RatesOf(Group, Name).Select(static rate => (double)rate)];
        _rates = [new ChartLine("delivered", rates)];
        _span = Show.Span(SecondsOfPoint * rates.Length);
    }
}
