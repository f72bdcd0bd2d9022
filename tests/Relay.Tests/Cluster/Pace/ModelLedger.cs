using Relay.Core.Cluster.Pace;

namespace Relay.Tests.Cluster.Pace;

/// <summary>The ledger as its contract has it, in memory, for nodes on virtual time. It checks after each write that no more is given than there is.</summary>
internal sealed class ModelLedger(VirtualTime time)
{
    private static readonly long Grace = 10 * VirtualTime.Second;

    private static readonly long MostLost = VirtualTime.Second * 6 / 10;

    private Dictionary<long, Holder> _holders = [];
    private Dictionary<(WindowKey Key, long Holder), WindowWrite> _shares = [];
    private List<(WindowKey Key, long FreeAt, long Count)> _spent = [];
    private Action _restore = static () => { };
    private long _savedAt;
    private long _lastHolder;

    /// <summary>Writes that were applied.</summary>
    public int Writes { get; private set; }

    /// <summary>Those that had to be on disk.</summary>
    public int DurableWrites { get; private set; }

    public long Join(TimeSpan keeps)
    {
        _holders[++_lastHolder] = new Holder { SeenAt = time.Now, Keeps = VirtualTime.Ticks(keeps) };
        Save();
        return _lastHolder;
    }

    public IReadOnlyList<WindowView> Read(IReadOnlyList<WindowKey> keys) => [.. keys.Select(Read)];

    public IReadOnlyList<long>? Write(LedgerWrite write)
    {
        var holder = _holders[write.Holder];
        if (holder.EndedAt is not null || holder.Counter != write.Exchange - 1)
        {
            return null;
        }

        _holders[write.Holder] = holder with
        {
            Counter = write.Exchange,
            Landed = write.Exchange,
            SeenAt = time.Now,
            EndedAt = write.IsLast ? time.Now : null,
        };
        Writes++;
        DurableWrites += write.IsDurable ? 1 : 0;
        IReadOnlyList<long> taken = [.. write.Windows.Select(window => Write(write.Holder, window))];
        if (write.IsDurable || time.Now - _savedAt > MostLost)
        {
            Save();
        }

        return taken;
    }

    /// <summary>The machine of the database fails: writes of the last moment that did not have to be on disk are lost.</summary>
    public void Crash() => _restore();

    private void Save()
    {
        var (holders, shares, spent) = (_holders.ToDictionary(), _shares.ToDictionary(), _spent.ToList());
        _savedAt = time.Now;
        _restore = () => (_holders, _shares, _spent) = (holders.ToDictionary(), shares.ToDictionary(), spent.ToList());
    }

    public (long Next, long Landed)? Recover(long id)
    {
        var holder = _holders[id];
        if (holder.EndedAt is not null)
        {
            return null;
        }

        holder = _holders[id] = holder with { SeenAt = time.Now, Counter = holder.Counter + 1 };
        Save();
        return (holder.Counter + 1, holder.Landed);
    }

    public void Tidy()
    {
        foreach (var (id, holder) in _holders.ToList())
        {
            if (holder.EndedAt is null && time.Now > holder.SeenAt + holder.Keeps + Grace)
            {
                _holders[id] = holder with { EndedAt = time.Now };
                Save();
            }
        }
    }

    private WindowView Read(WindowKey key)
    {
        List<ShareRow> rows = [];
        foreach (var ((_, id), share) in _shares.Where(entry => entry.Key.Key == key))
        {
            var holder = _holders[id];
            if (holder.EndedAt is null || holder.EndedAt + VirtualTime.Ticks(key.Length) > time.Now)
            {
                var silent = holder.EndedAt is null ? VirtualTime.Span(time.Now - holder.SeenAt) : TimeSpan.MaxValue;
                rows.Add(new ShareRow(id, share.Allowance, share.Demand, share.IsShort, share.Limit, silent));
            }
        }

        var spent = _spent.Where(entry => entry.Key == key && entry.FreeAt > time.Now).ToList();
        TimeSpan? next = spent.Count == 0 ? null : VirtualTime.Span(spent.Min(static entry => entry.FreeAt) - time.Now);
        return new WindowView(key, rows, spent.Sum(static entry => entry.Count), next, time.Now / (10 * VirtualTime.Ticks(key.Length)));
    }

    private long Write(long holder, WindowWrite write)
    {
        _shares[(write.Key, holder)] = write;
        _spent.AddRange(write.Spent.Select(entry => (write.Key, time.Now + VirtualTime.Ticks(entry.FreeIn), entry.Count)));
        var view = Read(write.Key);
        var limit = view
            .Rows.Where(static row => row.SilentFor < TimeSpan.MaxValue)
            .Select(static row => row.Limit ?? int.MaxValue)
            .DefaultIfEmpty()
            .Min();
        var free = limit - view.Spent - view.Rows.Sum(static row => row.Allowance);
        var taken = Math.Clamp(free, 0, write.Take);
        _shares[(write.Key, holder)] = write with { Allowance = write.Allowance + taken };
        Assert.That(taken == 0 || free >= taken, "what is taken was free");
        return taken;
    }

    private sealed record Holder
    {
        public long SeenAt { get; init; }

        public long Keeps { get; init; }

        public long? EndedAt { get; init; }

        public long Counter { get; init; }

        public long Landed { get; init; }
    }
}
