namespace Relay.Core.Cluster.View;

/// <summary>What was read of the shared view, with the moment of reading: what is left of a time gets less meanwhile. Used by one thread.</summary>
internal sealed class ViewMemory(TimeProvider time)
{
    private readonly Dictionary<ViewKey, Entry> _entries = [];
    private IReadOnlyList<ClusterNode> _nodes = [];
    private HashSet<long> _live = [];

    /// <summary>The newest that was read; 0: everything is to be read.</summary>
    public long Version { get; private set; }

    /// <summary>Something was read that has not been brought to the servers.</summary>
    public bool HasChanged { get; set; } = true;

    /// <summary>Those that live, in the order of their identities.</summary>
    public IReadOnlyList<ClusterNode> Nodes
    {
        get => _nodes;
        set
        {
            _nodes = [.. value.OrderBy(static node => node.Id)];
            var before = _live;
            _live = [.. value.Select(static node => node.Id)];
            HasChanged |= !_live.SetEquals(before);
            foreach (var key in _entries.Keys.Where(IsOfTheDead).ToList())
            {
                _entries.Remove(key);
            }
        }
    }

    public bool IsLive(long node) => _live.Contains(node);

    /// <summary>Takes what was read after <see cref="Version"/>.</summary>
    /// <returns>Whether some of it is of a node that is not known yet.</returns>
    public bool Take(IReadOnlyList<ViewRow> rows)
    {
        var now = time.GetTimestamp();
        var isUnknown = false;
        HasChanged |= rows.Count > 0;
        foreach (var row in rows)
        {
            _entries[row.Key] = new Entry(row, now);
            Version = Math.Max(Version, row.Version);
            isUnknown |= row.Key.Node != ViewKey.Everybody && !IsLive(row.Key.Node);
        }

        return isUnknown;
    }

    /// <summary>Everything is read again with the next look: much may have been missed.</summary>
    public void BeginAnew()
    {
        _entries.Clear();
        (Version, HasChanged) = (0, true);
    }

    /// <summary>The row of what operators want; null when nobody ever wanted anything.</summary>
    public ViewRow? Wish(string group, string upstream, ViewKind kind) =>
        _entries.TryGetValue(ViewKey.Of(group, upstream, kind, ViewKey.Everybody), out var entry) ? entry.Row : null;

    /// <summary>What the nodes say of a server, each its own row, by version; withdrawn ones are left out.</summary>
    public IReadOnlyList<ViewRow> Sayings(string group, string upstream, ViewKind kind, string address)
    {
        List<ViewRow> found = [];
        foreach (var node in _nodes)
        {
            if (
                _entries.TryGetValue(ViewKey.Of(group, upstream, kind, node.Id), out var entry)
                && entry.Row.Document is { } document
                && string.Equals(document.Address, address, StringComparison.Ordinal)
            )
            {
                found.Add(entry.Row with { Left = entry.Row.Left - time.GetElapsedTime(entry.ReadAt) });
            }
        }

        found.Sort(static (one, other) => one.Version.CompareTo(other.Version));
        return found;
    }

    private bool IsOfTheDead(ViewKey key) => key.Node != ViewKey.Everybody && !IsLive(key.Node);

    private readonly record struct Entry(ViewRow Row, long ReadAt);
}
