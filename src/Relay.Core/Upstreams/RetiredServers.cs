namespace Relay.Core.Upstreams;

/// <summary>
/// Servers that were taken out of use and may still have deliveries under way, and what those have done that a lookup had found: a counter that fell when a
/// server leaves would look like a restart. Guarded by the lock of the <see cref="TopologyManager"/>.
/// </summary>
internal sealed class RetiredServers
{
    private readonly List<UpstreamServer> _servers = [];
    private readonly Dictionary<(string Group, string Upstream), UpstreamCounts> _finished = [];

    public IEnumerable<UpstreamServer> All => _servers;

    public void Add(IEnumerable<UpstreamServer> gone)
    {
        foreach (var server in gone)
        {
            server.Retire();
            _servers.Add(server);
        }
    }

    /// <summary>A server that was taken out and still finishes its last deliveries: these count against its limits. Null when there is none.</summary>
    public UpstreamServer? Revive(string group, string name)
    {
        var server = _servers.Find(server =>
            string.Equals(server.GroupName, group, StringComparison.OrdinalIgnoreCase)
            && string.Equals(server.Name, name, StringComparison.OrdinalIgnoreCase)
        );
        if (server is not null)
        {
            _servers.Remove(server);
            server.Revive();
        }

        return server;
    }

    public void ForgetFinished()
    {
        foreach (var server in _servers.Where(server => server.Load.InFlight == 0 && server.Pool is not { Open: > 0 }).ToList())
        {
            _servers.Remove(server);
            if (server.Options.Peer is { } peer)
            {
                _finished[(server.GroupName, peer.Upstream)] =
                    _finished.GetValueOrDefault((server.GroupName, peer.Upstream)) + UpstreamCounts.Of(server);
            }

            _ = server.Pool?.DisposeAsync().AsTask(); // nothing is open: it only leaves the heartbeat
        }
    }

    public UpstreamCounts CountsOf(string group, string upstream)
    {
        var counts = _finished.GetValueOrDefault((group, upstream));
        foreach (var server in _servers)
        {
            if (
                server.GroupName == group
                && server.Options.Peer is { } peer
                && string.Equals(peer.Upstream, upstream, StringComparison.OrdinalIgnoreCase)
            )
            {
                counts += UpstreamCounts.Of(server);
            }
        }

        return counts;
    }
}
