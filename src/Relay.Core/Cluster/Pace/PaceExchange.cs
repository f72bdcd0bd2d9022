namespace Relay.Core.Cluster.Pace;

/// <summary>
/// The conversation of a node with the ledger, without the waiting: what it says next, given what it heard last. One thing at a time; a write whose answer is lost is settled
/// before anything else is said.
/// </summary>
/// <param name="keeps">For so long the node uses what it has without being heard of.</param>
/// <param name="time">The clock.</param>
internal sealed class PaceExchange(TimeSpan keeps, TimeProvider time)
{
    /// <summary>The node shows that it is there: more often while others make room for it. <see cref="ShareRow.IsActive"/> counts on it.</summary>
    private static readonly TimeSpan ShownWhileShort = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Shown = TimeSpan.FromSeconds(4);

    private readonly Lock _lock = new();
    private SharedWindow[] _windows = [];
    private long _next = 1;
    private LedgerWrite? _pending;
    private long _sentAt;
    private long _shownAt;
    private bool _isUnderWay;
    private long _validUntil = long.MinValue;

    /// <summary>The node's number in the ledger; 0 before it has joined.</summary>
    public long Holder { get; private set; }

    /// <summary>A write has no answer: <see cref="Settle"/> comes next.</summary>
    public bool IsUncertain => _pending is not null && !_isUnderWay;

    /// <summary>What the node has is its own still.</summary>
    public bool IsValid => time.GetTimestamp() < _validUntil;

    public IReadOnlyList<SharedWindow> Windows => Volatile.Read(ref _windows);

    public void Add(SharedWindow window)
    {
        lock (_lock)
        {
            Volatile.Write(ref _windows, [.. _windows, window]);
        }
    }

    public void Joined(long holder)
    {
        Holder = holder;
        _next = 1;
        _pending = null;
        _shownAt = 0;
    }

    /// <summary>What is to be written now that the ledger looks like this.</summary>
    /// <returns>Null when there is nothing to say, and the node has shown itself a short while ago.</returns>
    public LedgerWrite? Plan(IReadOnlyList<WindowView> views, bool isLast)
    {
        var isUrgent = false;
        List<WindowWrite> writes = [];
        foreach (var window in Windows)
        {
            var view = views.FirstOrDefault(view => view.Key == window.Key) ?? new WindowView(window.Key, [], 0, null, 0);
            if (window.Plan(view, Holder, isLast, out var isUrgentHere) is { } write)
            {
                writes.Add(write);
            }

            isUrgent |= isUrgentHere;
        }

        var now = time.GetTimestamp();
        var shown = Array.Exists(_windows, static window => window.IsShort) ? ShownWhileShort : Shown;
        if (writes.Count == 0 && !isLast && _shownAt != 0 && time.GetElapsedTime(_shownAt, now) < (shown < keeps / 4 ? shown : keeps / 4))
        {
            return null;
        }

        _sentAt = now;
        _isUnderWay = true;
        _pending = new LedgerWrite(Holder, _next, writes, isUrgent, isLast);
        return _pending;
    }

    /// <summary>The answer to the write.</summary>
    /// <param name="taken">Of each of its windows; null: nothing was written, and <see cref="IsUncertain"/> asks why.</param>
    /// <returns>Windows that have more than before.</returns>
    public IReadOnlyList<SharedWindow> Complete(IReadOnlyList<long>? taken)
    {
        _isUnderWay = false;
        if (taken is null)
        {
            return [];
        }

        var write = _pending!;
        _pending = null;
        _next = write.Exchange + 1;
        Confirm();
        return Complete(write, taken);
    }

    /// <summary>There is no answer.</summary>
    public void Lost() => _isUnderWay = false;

    /// <summary>What became of the write without an answer.</summary>
    /// <param name="state">The number that the next one must have, and that of the last one which took effect; null: the node counts as gone.</param>
    /// <remarks>What was taken in it is not used before the ledger was read again: <see cref="SharedWindow.Plan"/> believes in the smaller number, and gives the rest back.</remarks>
    public void Settle((long Next, long Landed)? state)
    {
        var write = _pending!;
        _pending = null;
        if (state is not { } known)
        {
            Gone();
            return;
        }

        _next = known.Next;
        if (known.Landed == write.Exchange)
        {
            Complete(write, [.. write.Windows.Select(static _ => 0L)]);
        }
    }

    private List<SharedWindow> Complete(LedgerWrite write, IReadOnlyList<long> taken)
    {
        List<SharedWindow> grown = [];
        for (var place = 0; place < write.Windows.Count; place++)
        {
            var window = Array.Find(_windows, window => window.Key == write.Windows[place].Key)!;
            window.Complete(write.Windows[place], taken[place]);
            if (taken[place] > 0)
            {
                grown.Add(window);
            }
        }

        return grown;
    }

    /// <summary>The ledger counts from the moment at which it hears of the node, which is after this one.</summary>
    private void Confirm()
    {
        _shownAt = _sentAt;
        _validUntil = _sentAt + (long)(keeps.TotalSeconds * time.TimestampFrequency);
        Array.ForEach(_windows, window => window.Confirm(_validUntil));
    }

    private void Gone()
    {
        Holder = 0;
        _validUntil = long.MinValue;
        Array.ForEach(_windows, static window => window.Forget("this node was silent for so long that others have what it had"));
    }
}
