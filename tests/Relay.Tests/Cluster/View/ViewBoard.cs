using Relay.Core.Cluster.View;

namespace Relay.Tests.Cluster.View;

/// <summary>What nodes leave for each other, in memory and on the clock of the test; it can be away, and nodes can die.</summary>
internal sealed class ViewBoard(TimeProvider time)
{
    private readonly Dictionary<ViewKey, (ViewRow Row, long At)> _rows = [];
    private readonly SortedDictionary<long, ClusterNode> _nodes = [];
    private long _version;

    public event Action? Told;

    /// <summary>Nobody is told or heard.</summary>
    public bool IsAway { get; set; }

    public void Join(long id, string name) => _nodes[id] = new ClusterNode(id, name, "1.0", "", TimeSpan.Zero, TimeSpan.Zero, null);

    /// <summary>Its lease is over.</summary>
    public void Expire(long id) => _nodes.Remove(id);

    public void Publish(IReadOnlyList<ViewChange> changes)
    {
        Check();
        _version++;
        foreach (var change in changes)
        {
            _rows[change.Key] = (new ViewRow(change.Key, _version, change.Document, TimeSpan.Zero, change.Left), time.GetTimestamp());
        }

        Told?.Invoke();
    }

    public IReadOnlyList<ViewRow> Read(long after)
    {
        Check();
        return
        [
            .. _rows
                .Values.Where(entry => entry.Row.Version > after)
                .OrderBy(entry => entry.Row.Version)
                .Select(entry =>
                {
                    var age = time.GetElapsedTime(entry.At);
                    return entry.Row with { Age = age, Left = entry.Row.Left - age };
                }),
        ];
    }

    public IReadOnlyList<ClusterNode> Beat(long id, NodeFigures figures)
    {
        Check();
        _nodes[id] = _nodes[id] with { Figures = figures };
        return [.. _nodes.Values];
    }

    /// <summary>It has crashed, and what was told last was not on its disk yet.</summary>
    public void LoseLast()
    {
        foreach (var key in _rows.Where(entry => entry.Value.Row.Version == _version).Select(static entry => entry.Key).ToList())
        {
            _rows.Remove(key);
        }

        _version--;
    }

    private void Check()
    {
        if (IsAway)
        {
            throw new ViewAwayException("the board is away");
        }
    }
}
