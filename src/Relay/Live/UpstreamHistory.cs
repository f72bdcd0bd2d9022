using Relay.Core.Upstreams;

namespace Relay.Live;

/// <summary>Remembers when each upstream came into which state and why. It looks once a second and after each change by hand, so that what lasts no second may be missed.</summary>
internal sealed class UpstreamHistory(TopologyManager topology, TimeProvider time)
{
    /// <summary>Changes of one upstream that are remembered.</summary>
    public const int PerUpstream = 200;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Past> _pasts = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Raised after a look that found changes; whoever listens must only take note.</summary>
    public event Action<UpstreamStateChange>? Changed;

    /// <summary>Writes down what has changed since the last look.</summary>
    public void Look()
    {
        List<UpstreamStateChange> changes = [];
        lock (_lock)
        {
            var members = topology.Current.Groups.Values.SelectMany(static group => group.Members).ToList();
            foreach (var member in members)
            {
                if (LookAt(member) is { } change)
                {
                    changes.Add(change);
                }
            }

            Forget(members);
        }

        foreach (var change in changes)
        {
            Changed?.Invoke(change);
        }
    }

    /// <summary>The newest first; empty when there is no such upstream.</summary>
    public IReadOnlyList<UpstreamStateChange> Of(string group, string name)
    {
        lock (_lock)
        {
            return _pasts.TryGetValue($"{group}/{name}", out var past) ? [.. past.Changes.Items.Reverse()] : [];
        }
    }

    private UpstreamStateChange? LookAt(UpstreamServer server)
    {
        if (!_pasts.TryGetValue(server.ToString(), out var past))
        {
            _pasts[server.ToString()] = past = new Past();
        }

        var (status, before) = (server.Status, past.Last);
        // The reason of a state that lasts is written anew now and then (how long a server is left alone still): only the first word counts.
        if (before?.State == status.State)
        {
            return null;
        }

        past.Last = new UpstreamStateChange(time.GetUtcNow(), server.GroupName, server.Name, before?.State, status.State, status.Reason);
        past.Changes.Add(past.Last);
        return past.Last;
    }

    /// <summary>Names that a lookup brings and takes away again must not fill the memory.</summary>
    private void Forget(List<UpstreamServer> members)
    {
        if (_pasts.Count > members.Count)
        {
            var names = members.Select(static member => member.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
            foreach (var gone in _pasts.Keys.Where(name => !names.Contains(name)).ToList())
            {
                _pasts.Remove(gone);
            }
        }
    }

    private sealed class Past
    {
        public Ring<UpstreamStateChange> Changes { get; } = new(PerUpstream);

        public UpstreamStateChange? Last { get; set; }
    }
}
