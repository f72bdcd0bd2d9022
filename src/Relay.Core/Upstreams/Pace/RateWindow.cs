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

    private readonly TimeProvider _time;
    private readonly bool _countsRecipients;
    private readonly long _length;
    private readonly Queue<Slice> _slices = new();
    private Slice? _newest;
    private Rate _rate;
    private bool _isConfigured = true;
    private long _held;
    private long _spent;

    /// <param name="rate">The limit.</param>
    /// <param name="countsRecipients">Recipients are counted, not messages.</param>
    /// <param name="time">Its unit of time.</param>
    public RateWindow(Rate rate, bool countsRecipients, TimeProvider time)
    {
        _time = time;
        _rate = rate;
        _countsRecipients = countsRecipients;
        _length = (long)(rate.Window.TotalSeconds * time.TimestampFrequency);
    }

    public int MostRecipients => _countsRecipients && _isConfigured ? _rate.Limit : int.MaxValue;

    public TimeSpan Length => _rate.Window;

    public bool CountsRecipients => _countsRecipients;

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

    public void Take(PaceAmount amount, long now) => _held += Of(amount);

    public void GiveBack(PaceAmount amount, long now) => _held -= Of(amount);

    public void Settle(PaceAmount amount, long now)
    {
        var used = Of(amount);
        if (used == 0)
        {
            return;
        }

        _held -= used;
        _spent += used;
        Expire(now);
        var mostlyTogether = _isConfigured && _rate.Limit <= MostSlices ? 0 : _length / MostSlices;
        if (_newest is { } newest && now - newest.First <= mostlyTogether)
        {
            newest.Newest = Math.Max(newest.Newest, now);
            newest.Count += used;
            return;
        }

        _newest = new Slice(now, used);
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

    public PaceReading? Read(long now) =>
        _isConfigured
            ? new PaceReading(
                _rate.ToString(),
                _countsRecipients ? "recipients" : "messages",
                _rate.Window,
                _rate.Limit,
                Used(now),
                RoomAt(new PaceAmount(1, 1), now)
            )
            : null;

    private long Used(long now)
    {
        Expire(now);
        return _held + _spent;
    }

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
