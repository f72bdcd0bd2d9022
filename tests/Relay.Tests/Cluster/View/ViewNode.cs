using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Cluster.View;
using Relay.Core.Configuration;
using Relay.Core.Telemetry;
using Relay.Core.Timing;
using Relay.Core.Upstreams;

namespace Relay.Tests.Cluster.View;

/// <summary>One node: its own servers, and its rounds.</summary>
internal sealed class ViewNode : IAsyncDisposable
{
    private readonly Heartbeat _heartbeat;
    private readonly RelayMetrics _metrics = new();

    public ViewNode(IViewStore store, TimeProvider time, RelayOptions options)
    {
        _heartbeat = new Heartbeat(time);
        Topology = new TopologyManager(options, new PlainServers(time), _heartbeat, NullLoggerFactory.Instance);
        Meter = new NodeMeter(_metrics, time);
        Rounds = new ViewRounds(store, Topology, Meter, Log, time);
    }

    public static ViewLog Log => new(NullLogger<ViewLog>.Instance);

    public TopologyManager Topology { get; }

    public NodeMeter Meter { get; }

    public ViewRounds Rounds { get; }

    public UpstreamServer this[string name] => Topology.Current.Find("default", name)!.Value.Server;

    public UpstreamGroup Group => Topology.Current.Groups["default"];

    /// <summary>Servers with these names and weights.</summary>
    public static RelayOptions Options(params (string Name, int Weight)[] servers) =>
        new()
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.Ordinal)
            {
                ["default"] = new GroupOptions
                {
                    Upstreams = servers.ToDictionary(
                        static server => server.Name,
                        static server => new UpstreamOptions { Address = $"{server.Name}.test:25", Weight = server.Weight },
                        StringComparer.Ordinal
                    ),
                },
            },
        };

    public Task RoundAsync(bool isTold = true) => Rounds.RunAsync(isTold, isDraining: false, CancellationToken.None);

    public void Fail(string name, int times = 5)
    {
        for (var failure = 0; failure < times; failure++)
        {
            this[name].Health.ReportFailure("connection refused");
        }
    }

    public void Work(string name) => this[name].Health.ReportWorking(isRefused: false);

    public async ValueTask DisposeAsync()
    {
        await Topology.DisposeAsync();
        _heartbeat.Dispose();
        _metrics.Dispose();
    }

    private sealed class PlainServers(TimeProvider time) : IUpstreamServerFactory
    {
        public UpstreamServer Create(string groupName, GroupOptions group, string name, UpstreamOptions options) =>
            new(new UpstreamServerParts(groupName, name, options, group.Health, null), time);
    }
}
