using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Upstreams;

/// <summary>Makes the running groups and servers of a configuration, owns them, and changes them when the configuration does.</summary>
internal sealed class TopologyManager : IAsyncDisposable
{
    private readonly IUpstreamServerFactory _servers;
    private readonly Heartbeat _heartbeat;
    private readonly ILoggerFactory _loggers;
    private readonly Lock _lock = new();
    private readonly Dictionary<UpstreamGroup, GroupMonitor> _monitors = [];
    private readonly List<UpstreamServer> _retired = [];
    private volatile RelayTopology _current;

    public TopologyManager(RelayOptions options, IUpstreamServerFactory servers, Heartbeat heartbeat, ILoggerFactory loggers)
    {
        _servers = servers;
        _heartbeat = heartbeat;
        _loggers = loggers;
        _current = new RelayTopology(0, options, [], FrozenDictionary<string, UpstreamGroup>.Empty);
        Apply(options);
    }

    /// <summary>The topology that new messages use.</summary>
    public RelayTopology Current => _current;

    /// <summary>Raised after each change of <see cref="Current"/>.</summary>
    public event Action? Changed;

    /// <summary>
    /// Makes a configuration the running one. Groups and servers whose names stay are kept with their counters, health and connections. Servers
    /// that are not in it any more get no new mail; those of a group that is gone still serve the messages that were routed to it before.
    /// </summary>
    /// <param name="options">Valid options.</param>
    public void Apply(RelayOptions options)
    {
        lock (_lock)
        {
            var before = _current;
            var serversBefore = before.Groups.Values.SelectMany(group => group.Members).ToList(); // the groups themselves change below
            ForgetFinished();
            var groups = options.Groups.Select(group => Change(before, group.Key, group.Value)).ToList();
            Retire(serversBefore.Except(groups.SelectMany(group => group.Members)));
            Watch(groups);
            _current = new RelayTopology(
                before.Revision + 1,
                options,
                Routes(options),
                groups.ToFrozenDictionary(group => group.Name, StringComparer.OrdinalIgnoreCase)
            );
        }

        Changed?.Invoke();
    }

    public async ValueTask DisposeAsync()
    {
        var servers = Current.Groups.Values.SelectMany(group => group.Members).Concat(_retired);
        await Task.WhenAll(servers.Select(server => server.Pool).OfType<SmtpClientPool>().Select(pool => pool.DisposeAsync().AsTask()));
    }

    private UpstreamGroup Change(RelayTopology before, string name, GroupOptions options)
    {
        var members = options.Upstreams.Select(upstream => Change(before, name, options, upstream.Key, upstream.Value)).ToList();
        if (!before.Groups.TryGetValue(name, out var group))
        {
            return new UpstreamGroup(name, options, members);
        }

        group.Apply(options, members);
        return group;
    }

    private UpstreamServer Change(RelayTopology before, string groupName, GroupOptions group, string name, UpstreamOptions options)
    {
        var server = before.Find(groupName, name)?.Server ?? Revive(groupName, name);
        if (server is null)
        {
            return _servers.Create(groupName, group, name, options);
        }

        server.Apply(options, group.Health);
        return server;
    }

    /// <summary>A server that was taken out and still finishes its last deliveries: these count against its limits.</summary>
    private UpstreamServer? Revive(string group, string name)
    {
        var server = _retired.Find(server =>
            string.Equals(server.GroupName, group, StringComparison.OrdinalIgnoreCase)
            && string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase)
        );
        if (server is not null)
        {
            _retired.Remove(server);
            server.Revive();
        }

        return server;
    }

    private void Retire(IEnumerable<UpstreamServer> gone)
    {
        foreach (var server in gone)
        {
            server.Retire();
            _retired.Add(server);
        }
    }

    private void ForgetFinished()
    {
        foreach (var server in _retired.Where(server => server.Load.InFlight == 0 && server.Pool is not { Open: > 0 }).ToList())
        {
            _retired.Remove(server);
            _ = server.Pool?.DisposeAsync().AsTask(); // nothing is open: it only leaves the heartbeat
        }
    }

    private void Watch(List<UpstreamGroup> groups)
    {
        foreach (var (gone, monitor) in _monitors.Where(watched => !groups.Contains(watched.Key)).ToList())
        {
            _heartbeat.Remove(monitor);
            _monitors.Remove(gone);
        }

        foreach (var added in groups.Where(group => !_monitors.ContainsKey(group)))
        {
            var monitor = new GroupMonitor(added, _loggers.CreateLogger<GroupMonitor>());
            _monitors.Add(added, monitor);
            _heartbeat.Add(monitor);
        }
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
