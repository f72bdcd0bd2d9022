using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// At most so many in any window of a length: a sliding window. Each that was used is free again one window after its attempt has ended.
/// </summary>
/// <remarks>
/// Exact for up to <see cref="MostSlices"/> at once. Above that those that end close together share a slice, which is free when the newest of them is: memory
/// is bounded, and at most a thousandth of the rate is lost.
/// </remarks>
internal sealed class RateWindow : IPaceLimit
{
    public const int MostSlices = 1000;

    /// <summary>Those that are written down lie further apart: after a restart a hundredth may be free a little later.</summary>
    private const int MostWritten = 100;

    /// <summary>The next reservation is asked for before this one is used up; how soon it is there nobody knows.</summary>
    private static readonly TimeSpan SoonWritten = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider _time;
    private readonly bool _countsRecipients;
    private readonly long _length;
    private readonly Queue<Slice> _slices = new();
    private Slice? _newest;
    private Rate _rate;
    private bool _isConfigured = true;
    private long _held;
    private long _spent;

    // Null: it is not written down. Else: may be taken before it is written down again. Together with what is held, and was used since, that is what was reserved.
    private long? _granted;
    private long _mostWanted;

    /// <param name="rate">The limit.</param>
    /// <param name="countsRecipients">Recipients are counted, not messages.</param>
    /// <param name="time">Its unit of time.</param>
    public RateWindow(Rate rate, bool countsRecipients, TimeProvider time)
    {
        _time = time;
        _rate = rate;
        _countsRecipients = countsRecipients;
        _length = Ticks(rate.Window);
    }

    public int MostRecipients => _countsRecipients && _isConfigured ? _rate.Limit : int.MaxValue;

    public TimeSpan Length => _rate.Window;

    public bool CountsRecipients => _countsRecipients;

    /// <summary>Why nothing can be reserved; null while it can.</summary>
    public string? Trouble { get; set; }

    /// <summary>What is taken has to be reserved durably first.</summary>
    public bool IsDurable => _granted is not null;

    /// <summary>Less than half a block is left, and it is not because the window itself has no more room.</summary>
    public bool WantsGrant =>
        _isConfigured && _granted is { } left && (left <= Block / 2 || left < _mostWanted) && left < _rate.Limit - _held - _spent;

    /// <summary>Reserved at once: so much that the disk is asked seldom, so little that a crash costs no more than a few hundredths.</summary>
    private long Block
    {
        get
        {
            var share = _rate.Window > TimeSpan.FromMinutes(1) ? 50 : 20;
            return Math.Clamp(_rate.Limit / share, Math.Min(_rate.Limit, 4), 10_000);
        }
    }

    /// <summary>Slices in memory.</summary>
    public int Slices => _slices.Count;

    /// <summary>Another limit for the same window; what was used stays used. Null: none any more, and it only counts, in case that a limit comes back.</summary>
    public void Apply(Rate? rate)
    {
        _isConfigured = rate is not null;
        _rate = rate ?? _rate;
    }

    public long RoomAt(PaceAmount amount, long now)
    {
        var wanted = Of(amount);
        if (wanted == 0 || !_isConfigured)
        {
            return now;
        }

        if (wanted > _rate.Limit)
        {
            return long.MaxValue;
        }

        var at = RoomByCount(wanted, now);
        if (at > now || _granted is null || _granted >= wanted)
        {
            return at;
        }

        _mostWanted = Math.Max(_mostWanted, wanted); // a message may have more recipients than a block
        return now + Ticks(SoonWritten);
    }

    private long RoomByCount(long wanted, long now)
    {
        Expire(now);
        var lacking = wanted - (_rate.Limit - _held - _spent);
        if (lacking <= 0)
        {
            return now;
        }

        foreach (var slice in _slices)
        {
            lacking -= slice.Count;
            if (lacking <= 0)
            {
                return slice.Newest + _length;
            }
        }

        return now + _length; // what is held ends now at the earliest
    }

    public int MessagesBy(long when, long now)
    {
        if (!_isConfigured)
        {
            return int.MaxValue;
        }

        Expire(now);
        var free = _rate.Limit - _held - _spent;
        foreach (var slice in _slices)
        {
            if (slice.Newest + _length > when)
            {
                break;
            }

            free += slice.Count;
        }

        return (int)Math.Clamp(free, 0, int.MaxValue);
    }

    public void Take(PaceAmount amount, long now)
    {
        _held += Of(amount);
        _granted -= Of(amount);
    }

    public void GiveBack(PaceAmount amount, long now)
    {
        _held -= Of(amount);
        _granted += Of(amount);
    }

    /// <summary>From now on nothing is taken that was not reserved durably. What an earlier process has written down is used already.</summary>
    /// <param name="earlier">Null when there is nothing.</param>
    /// <param name="since">Time since that was written.</param>
    /// <param name="now">A timestamp.</param>
    public void BeginDurable(WindowRecord? earlier, TimeSpan since, long now)
    {
        _granted = 0;
        if (earlier is null)
        {
            return;
        }

        foreach (var (age, count) in earlier.Used)
        {
            Add(count, now - Ticks(age + since), mostTogether: 0);
        }

        Add(earlier.Reserved, now, mostTogether: 0); // at the latest moment that is possible
        Expire(now);
    }

    /// <summary>Nobody knows what was used of it: nothing is left.</summary>
    public void UseUp(long now) => Add(_rate.Limit, now, mostTogether: 0);

    /// <summary>The window as it is to be written down, with a reservation that makes <see cref="Grant"/> possible.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="isLast">Nothing is taken after it.</param>
    /// <param name="added">May be taken once it is written.</param>
    public WindowRecord Record(long now, bool isLast, out long added)
    {
        Expire(now);
        added = isLast ? -_granted ?? 0 : Math.Max(0, Math.Min(Math.Max(Block, _mostWanted), _rate.Limit - _held - _spent) - _granted ?? 0);
        if (isLast)
        {
            Grant(added);
            added = 0;
        }

        var together = (_slices.Count + MostWritten - 1) / MostWritten;
        var used = _slices
            .Chunk(Math.Max(1, together))
            .Select(slices => (Age(slices[^1].Newest, now), slices.Sum(static slice => slice.Count)));
        return new WindowRecord(_countsRecipients, _rate.Window, _held + (_granted ?? 0) + added, [.. used]);
    }

    /// <summary>So much more was reserved durably.</summary>
    public void Grant(long added)
    {
        _granted += added;
        _mostWanted = 0;
    }

    public void Settle(PaceAmount amount, long now)
    {
        var used = Of(amount);
        if (used == 0)
        {
            return;
        }

        _held -= used;
        Expire(now);
        Add(used, now, mostTogether: _isConfigured && _rate.Limit <= MostSlices ? 0 : _length / MostSlices);
    }

    private void Add(long used, long at, long mostTogether)
    {
        if (used == 0)
        {
            return;
        }

        _spent += used;
        if (_newest is { } newest && at - newest.First <= mostTogether)
        {
            newest.Newest = Math.Max(newest.Newest, at);
            newest.Count += used;
            return;
        }

        _newest = new Slice(at, used);
        _slices.Enqueue(_newest);
    }

    public double ShareInUse(long now)
    {
        if (!_isConfigured)
        {
            return 0;
        }

        Expire(now);
        return Math.Min(1, (double)(_held + _spent) / _rate.Limit);
    }

    public PaceReading? Read(long now)
    {
        if (!_isConfigured)
        {
            return null;
        }

        var trouble = _granted <= 0 ? Trouble : null;
        return new PaceReading(
            _rate.ToString(),
            _countsRecipients ? PaceReading.Recipients : PaceReading.Messages,
            _rate.Window,
            _rate.Limit,
            Used(now),
            trouble is null ? RoomByCount(1, now) : now + Ticks(SoonWritten) // a reservation that is on its way is nothing to speak of
        )
        {
            Trouble = trouble,
        };
    }

    private long Used(long now)
    {
        Expire(now);
        return _held + _spent;
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private TimeSpan Age(long at, long now) => at >= now ? TimeSpan.Zero : _time.GetElapsedTime(at, now);

    private long Of(PaceAmount amount) => _countsRecipients ? amount.Recipients : amount.Messages;

    private void Expire(long now)
    {
        while (_slices.TryPeek(out var oldest) && oldest.Newest + _length <= now)
        {
            _slices.Dequeue();
            _spent -= oldest.Count;
            _newest = _slices.Count == 0 ? null : _newest;
        }
    }

    /// <summary>Used between two moments that lie close together.</summary>
    private sealed class Slice(long first, long count)
    {
        public long First { get; } = first;

        public long Newest { get; set; } = first;

        public long Count { get; set; } = count;
    }
}
