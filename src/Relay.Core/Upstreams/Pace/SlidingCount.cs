namespace Relay.Core.Upstreams.Pace;

/// <summary>How many were used in the window of a length that ends now. Times are timestamps of a <see cref="TimeProvider"/>.</summary>
/// <param name="length">Of the window, in the unit of the timestamps.</param>
internal sealed class SlidingCount(long length)
{
    private readonly Queue<Slice> _slices = new();
    private Slice? _newest;
    private long _closed;

    /// <summary>All that has not slid out of the window when <see cref="Expire"/> was called last.</summary>
    public long Sum { get; private set; }

    /// <summary>Entries in memory.</summary>
    public int Slices => _slices.Count;

    /// <summary>The latest moment and the count of each entry; the oldest first.</summary>
    public IEnumerable<(long At, long Count)> Entries => _slices.Select(static slice => (slice.Newest, slice.Count));

    /// <param name="used">So many more.</param>
    /// <param name="at">The moment.</param>
    /// <param name="mostTogether">Those that lie no further apart than this share an entry, which slides out with the newest of them.</param>
    public void Add(long used, long at, long mostTogether)
    {
        if (used == 0)
        {
            return;
        }

        Sum += used;
        if (_newest is { } newest && at - newest.First <= mostTogether)
        {
            newest.Newest = Math.Max(newest.Newest, at);
            newest.Count += used;
            return;
        }

        _newest = new Slice(at, used, ++_closed);
        _slices.Enqueue(_newest);
    }

    /// <summary>Forgets what has slid out of the window.</summary>
    public void Expire(long now)
    {
        while (_slices.TryPeek(out var oldest) && oldest.Newest + length <= now)
        {
            DequeueOldest();
        }
    }

    /// <summary>When so many will have slid out; null when there are not so many.</summary>
    public long? FreeAt(long count)
    {
        foreach (var slice in _slices)
        {
            count -= slice.Count;
            if (count <= 0)
            {
                return slice.Newest + length;
            }
        }

        return null;
    }

    /// <summary>How many will have slid out by then.</summary>
    public long FreeBy(long when)
    {
        var free = 0L;
        foreach (var slice in _slices)
        {
            if (slice.Newest + length > when)
            {
                break;
            }

            free += slice.Count;
        }

        return free;
    }

    /// <summary>Ends the newest entry, so that nothing is added to those that there are. Returns the mark up to which <see cref="DropUntil"/> drops them.</summary>
    public long Close()
    {
        _newest = null;
        return _closed;
    }

    /// <summary>Somebody else counts these from now on.</summary>
    public void DropUntil(long mark)
    {
        while (_slices.TryPeek(out var oldest) && oldest.Number <= mark)
        {
            DequeueOldest();
        }
    }

    private void DequeueOldest()
    {
        Sum -= _slices.Dequeue().Count;
        _newest = _slices.Count == 0 ? null : _newest;
    }

    /// <summary>Used between two moments that lie close together.</summary>
    private sealed class Slice(long first, long count, long number)
    {
        public long First { get; } = first;

        public long Number { get; } = number;

        public long Newest { get; set; } = first;

        public long Count { get; set; } = count;
    }
}
