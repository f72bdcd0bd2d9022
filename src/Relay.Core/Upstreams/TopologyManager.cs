using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Upstreams;

/// <summary>Makes the running groups and servers of the configuration, and owns them.</summary>
internal sealed class TopologyManager : IAsyncDisposable
{
    public TopologyManager(RelayOptions options, IUpstreamServerFactory servers, Heartbeat heartbeat, ILoggerFactory loggers)
    {
        var groups = options.Groups.Select(group => new UpstreamGroup(
            group.Key,
            group.Value,
            group.Value.Upstreams.Select(upstream => servers.Create(group.Key, group.Value, upstream.Key, upstream.Value))
        ));
        Current = new RelayTopology(1, Routes(options), groups.ToFrozenDictionary(group => group.Name, StringComparer.OrdinalIgnoreCase));
        foreach (var group in Current.Groups.Values)
        {
            heartbeat.Add(new GroupMonitor(group, loggers.CreateLogger<GroupMonitor>()));
        }
    }

    /// <summary>The topology that new messages use.</summary>
    public RelayTopology Current { get; }

    public async ValueTask DisposeAsync()
    {
        var pools = Current.Groups.Values.SelectMany(group => group.Members).Select(member => member.Pool).OfType<SmtpClientPool>();
        await Task.WhenAll(pools.Select(pool => pool.DisposeAsync().AsTask()));
    }

    /// <summary>Without routes everything goes to the group <c>default</c>, or to the only one.</summary>
    private static IReadOnlyList<RouteOptions> Routes(RelayOptions options)
    {
        if (options.Routes.Count > 0)
        {
            return options.Routes;
        }

        var name = options.Groups.Count == 1 ? options.Groups.Keys.Single() : "default";
        return [new RouteOptions { Group = name }];
    }
}
