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

    /// <summary>In about this time other nodes hand over what they do not need. Whoever waits is woken when they do.</summary>
    private static readonly TimeSpan SoonShared = TimeSpan.FromMilliseconds(100);

    private readonly TimeProvider _time;
    private readonly bool _countsRecipients;
    private readonly long _length;
    private readonly SlidingCount _used;
    private Rate _rate;
    private bool _isConfigured = true;
    private long _held;

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
        _used = new SlidingCount(_length);
    }

    public int MostRecipients => _countsRecipients && _isConfigured ? _rate.Limit : int.MaxValue;

    public TimeSpan Length => _rate.Window;

    public bool CountsRecipients => _countsRecipients;

    /// <summary>Why nothing can be reserved; null while it can.</summary>
    public string? Trouble { get; set; }

    /// <summary>Whether there is a limit at present.</summary>
    public bool IsConfigured => _isConfigured;

    public Rate Rate => _rate;

    /// <summary>What is under way.</summary>
    public long Held => _held;

    /// <summary>Null: this process has the window for itself.</summary>
    public WindowShare? Share { get; private set; }

    /// <summary>What is taken has to be reserved durably first.</summary>
    public bool IsDurable => _granted is not null;

    /// <summary>Less than half a block is left, and it is not because the window itself has no more room; or the share of it is too small.</summary>
    public bool WantsGrant =>
        _isConfigured
        && (
            Share is { } share
                ? share.Lacked > 0 || share.Allowance - _held - _used.Sum < share.LowMark
                : _granted is { } left && (left <= Block / 2 || left < _mostWanted) && left < _rate.Limit - _held - _used.Sum
        );

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
    public int Slices => _used.Slices;

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
        if (at > now && Share is { } share)
        {
            share.Lacked = Math.Max(share.Lacked, wanted);
            return at;
        }

        if (at > now || _granted is null || _granted >= wanted)
        {
            return at;
        }

        _mostWanted = Math.Max(_mostWanted, wanted); // a message may have more recipients than a block
        return now + Ticks(SoonWritten);
    }

    private long RoomByCount(long wanted, long now)
    {
        var lacking = wanted - FreeAt(now);
        if (lacking <= 0)
        {
            return now;
        }

        if (Share is { IsExhausted: false })
        {
            return now + Ticks(SoonShared); // the others may leave some
        }

        // What is held ends now at the earliest.
        return _used.FreeAt(lacking) ?? Math.Max(now + Ticks(SoonShared), Share?.NextAt is > 0 and var next ? next : now + _length);
    }

    /// <summary>Neither held nor used.</summary>
    private long FreeAt(long now)
    {
        _used.Expire(now);
        return (Share is { } share ? Math.Min(share.AllowanceAt(now), _rate.Limit) : _rate.Limit) - _held - _used.Sum;
    }

    public int MessagesBy(long when, long now) =>
        _isConfigured ? (int)Math.Clamp(FreeAt(now) + _used.FreeBy(when), 0, int.MaxValue) : int.MaxValue;

    public void Take(PaceAmount amount, long now)
    {
        _held += Of(amount);
        _granted -= Of(amount);
        if (Share is { } share)
        {
            share.Taken += Of(amount);
        }
    }

    public void GiveBack(PaceAmount amount, long now)
    {
        _held -= Of(amount);
        _granted += Of(amount);
        if (Share is { } share)
        {
            share.Taken -= Of(amount);
        }
    }

    /// <summary>From now on several nodes share the limit. Nothing may be taken until the share says so.</summary>
    public WindowShare BeginShared() => Share = new WindowShare { Whole = _rate.Limit };

    /// <summary>Held, or used within the window that ends now.</summary>
    public long InUse(long now)
    {
        _used.Expire(now);
        return _held + _used.Sum;
    }

    /// <summary>What was used within the window, for a book that counts it from now on; <see cref="DropUntil"/> follows when it does.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="mark">For <see cref="DropUntil"/>.</param>
    /// <returns>In how long each is free again, and how many.</returns>
    public IReadOnlyList<(TimeSpan FreeIn, long Count)> Close(long now, out long mark)
    {
        _used.Expire(now);
        mark = _used.Close();
        return [.. _used.Entries.Select(entry => (_time.GetElapsedTime(now, entry.At + _length), entry.Count))];
    }

    /// <summary>Mark of all that was used until now.</summary>
    public long CloseEntries() => _used.Close();

    /// <summary>What was used until <see cref="Close"/> is counted elsewhere.</summary>
    public void DropUntil(long mark) => _used.DropUntil(mark);

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
            _used.Add(count, now - Ticks(age + since), mostTogether: 0);
        }

        _used.Add(earlier.Reserved, now, mostTogether: 0); // at the latest moment that is possible
        _used.Expire(now);
    }

    /// <summary>Nobody knows what was used of it: nothing is left.</summary>
    public void UseUp(long now) => _used.Add(_rate.Limit, now, mostTogether: 0);

    /// <summary>The window as it is to be written down, with a reservation that makes <see cref="Grant"/> possible.</summary>
    /// <param name="now">A timestamp.</param>
    /// <param name="isLast">Nothing is taken after it.</param>
    /// <param name="added">May be taken once it is written.</param>
    public WindowRecord Record(long now, bool isLast, out long added)
    {
        _used.Expire(now);
        added = isLast
            ? -_granted ?? 0
            : Math.Max(0, Math.Min(Math.Max(Block, _mostWanted), _rate.Limit - _held - _used.Sum) - _granted ?? 0);
        if (isLast)
        {
            Grant(added);
            added = 0;
        }

        var together = (_used.Slices + MostWritten - 1) / MostWritten;
        var used = _used
            .Entries.Chunk(Math.Max(1, together))
            .Select(slices => (Age(slices[^1].At, now), slices.Sum(static slice => slice.Count)));
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
        _used.Expire(now);
        _used.Add(used, now, mostTogether: _isConfigured && _rate.Limit <= MostSlices ? 0 : _length / MostSlices);
    }

    public double ShareInUse(long now)
    {
        if (!_isConfigured)
        {
            return 0;
        }

        if (Share is not { } share)
        {
            return Math.Min(1, (double)InUse(now) / _rate.Limit);
        }

        return share.IsExhausted && FreeAt(now) <= 0 ? 1 : Math.Min(1, (double)(share.UsedElsewhere + InUse(now)) / share.Whole);
    }

    public PaceReading? Read(long now)
    {
        if (!_isConfigured)
        {
            return null;
        }

        var trouble = _granted <= 0 || (Share is not null && FreeAt(now) <= 0) ? Trouble : null;
        return new PaceReading(
            _rate.ToString(),
            _countsRecipients ? PaceReading.Recipients : PaceReading.Messages,
            _rate.Window,
            _rate.Limit,
            InUse(now) + (Share?.UsedElsewhere ?? 0),
            trouble is null ? RoomByCount(1, now) : now + Ticks(SoonWritten) // a reservation that is on its way is nothing to speak of
        )
        {
            Trouble = trouble,
            Share = Share?.AllowanceAt(now),
        };
    }

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * _time.TimestampFrequency);

    private TimeSpan Age(long at, long now) => at >= now ? TimeSpan.Zero : _time.GetElapsedTime(at, now);

    private long Of(PaceAmount amount) => _countsRecipients ? amount.Recipients : amount.Messages;
}
