namespace Relay.Core.Spool.PostgreSql;

/// <summary>How many rows of all nodes are in which state: counted now and then, and in between kept up to date with what this node commits.</summary>
internal sealed class SharedCounts
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private CountChanges _counted = new();
    private CountChanges _since = new();
    private DateTimeOffset? _oldest;
    private long _loadedAt;
    private volatile bool _isTrusted;
    private volatile bool _isToldSinceMark;
    private volatile SpoolStatistics _statistics = SpoolStatistics.Empty;

    public SpoolStatistics Statistics => _statistics;

    /// <summary>Nothing can be due: that was counted a moment ago, and nobody has told of anything since. Saves asking.</summary>
    public bool IsKnownEmpty =>
        _statistics is { Waiting: 0, Uncertain: 0 }
        && _isTrusted
        && TimeProvider.System.GetElapsedTime(Interlocked.Read(ref _loadedAt)) < Fresh;

    /// <summary>Another node has told of work.</summary>
    public void Distrust() => (_isTrusted, _isToldSinceMark) = (false, true);

    /// <summary>What is counted next is as of now: what is committed from now on comes on top.</summary>
    public void Mark()
    {
        lock (_lock)
        {
            _isToldSinceMark = false;
            _counted.Add(_since);
            _since = new CountChanges();
        }
    }

    /// <summary>This node has committed.</summary>
    public void Apply(CountChanges changes, DateTimeOffset now)
    {
        lock (_lock)
        {
            _since.Add(changes);
            _oldest ??= changes.Rows.Any(static rows => rows > 0) ? now : null;
            Publish();
        }
    }

    /// <summary>It was counted, as of <see cref="Mark"/>.</summary>
    public void Load(CountChanges counted, DateTimeOffset? oldest)
    {
        lock (_lock)
        {
            (_counted, _oldest) = (counted, oldest);
            Interlocked.Exchange(ref _loadedAt, TimeProvider.System.GetTimestamp());
            _isTrusted = !_isToldSinceMark;
            Publish();
        }
    }

    private void Publish()
    {
        var deliveries = Of(SpoolState.Waiting) + Of(SpoolState.Active) + Of(SpoolState.Held) + Of(SpoolState.Uncertain);
        _statistics = new SpoolStatistics(
            Of(SpoolState.Waiting),
            Of(SpoolState.Active),
            Of(SpoolState.Held),
            Of(SpoolState.Uncertain),
            Of(SpoolState.Failed),
            Math.Max(0, _counted.Bytes + _since.Bytes),
            deliveries > 0 ? _oldest : null
        );
    }

    private int Of(SpoolState state) => Math.Max(0, _counted.Rows[(int)state] + _since.Rows[(int)state]);
}
