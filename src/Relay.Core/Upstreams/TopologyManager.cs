using System.Collections.Frozen;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections;
using Relay.Core.Upstreams.Discovery;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Upstreams;

/// <summary>
/// Makes the running groups and servers of a configuration and of what its names lead to, owns them, and changes them when either does. The only writer: a reload and an
/// answer of DNS each say what they know, and the members are always made of both.
/// </summary>
internal sealed class TopologyManager : IAsyncDisposable
{
    private readonly IUpstreamServerFactory _servers;
    private readonly Heartbeat _heartbeat;
    private readonly ILoggerFactory _loggers;
    private readonly Lock _lock = new();
    private readonly Dictionary<UpstreamGroup, GroupMonitor> _monitors = [];
    private readonly RetiredServers _retired = new();
    private volatile RelayTopology _current;
    private FrozenDictionary<DiscoveryQuestion, IReadOnlyList<DiscoveredTarget>> _answers = FrozenDictionary<
        DiscoveryQuestion,
        IReadOnlyList<DiscoveredTarget>
    >.Empty;

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
            ApplyLocked(options, _current.Revision + 1);
        }

        Changed?.Invoke();
    }

    /// <summary>Takes over what names lead to now, under the running configuration. Servers that stay notice nothing, those that are gone finish what they have.</summary>
    /// <param name="answers">All that are known. An upstream whose question is not among them has no servers yet.</param>
    public void Discovered(FrozenDictionary<DiscoveryQuestion, IReadOnlyList<DiscoveredTarget>> answers)
    {
        lock (_lock)
        {
            _answers = answers;
            ApplyLocked(_current.Options, _current.Revision);
        }

        Changed?.Invoke();
    }

    /// <summary>What the servers that a lookup had found for an upstream, and that are gone again, have done.</summary>
    public UpstreamCounts CountsOfGone(string group, string upstream)
    {
        lock (_lock)
        {
            return _retired.CountsOf(group, upstream);
        }
    }

    public async ValueTask DisposeAsync()
    {
        var servers = Current.Groups.Values.SelectMany(group => group.Members).Concat(_retired.All);
        await Task.WhenAll(servers.Select(server => server.Pool).OfType<SmtpClientPool>().Select(pool => pool.DisposeAsync().AsTask()));
    }

    private void ApplyLocked(RelayOptions options, int revision)
    {
        var before = _current;
        var serversBefore = before.Groups.Values.SelectMany(group => group.Members).ToList(); // the groups themselves change below
        _retired.ForgetFinished();
        var groups = options.Groups.Select(group => Change(before, group.Key, group.Value)).ToList();
        _retired.Add(serversBefore.Except(groups.SelectMany(group => group.Members)));
        Watch(groups);
        _current = new RelayTopology(
            revision,
            options,
            Routes(options),
            groups.ToFrozenDictionary(group => group.Name, StringComparer.OrdinalIgnoreCase)
        );
    }

    private UpstreamGroup Change(RelayTopology before, string name, GroupOptions options)
    {
        var members = MembersOf(options).Select(member => Change(before, name, options, member.Key, member.Value)).ToList();
        if (!before.Groups.TryGetValue(name, out var group))
        {
            return new UpstreamGroup(name, options, members);
        }

        group.Apply(options, members);
        return group;
    }

    /// <summary>In the order of names, so that of two members whose names would be alike it is always the same one that gives way.</summary>
    private List<KeyValuePair<string, UpstreamOptions>> MembersOf(GroupOptions options)
    {
        var taken = new HashSet<string>(options.Upstreams.Keys, StringComparer.OrdinalIgnoreCase);
        List<KeyValuePair<string, UpstreamOptions>> members = [];
        foreach (var upstream in options.Upstreams.OrderBy(upstream => upstream.Key, StringComparer.OrdinalIgnoreCase))
        {
            if (DiscoveryQuestion.Of(upstream.Value) is not { } question)
            {
                members.Add(upstream);
            }
            else if (_answers.TryGetValue(question, out var targets))
            {
                members.AddRange(MemberExpansion.Of(upstream.Key, upstream.Value, targets, taken));
            }
        }

        return members;
    }

    private UpstreamServer Change(RelayTopology before, string groupName, GroupOptions group, string name, UpstreamOptions options)
    {
        var server = before.Find(groupName, name)?.Server ?? _retired.Revive(groupName, name);
        if (server is null)
        {
            return _servers.Create(groupName, group, name, options);
        }

        server.Apply(options, group.Health);
        return server;
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
