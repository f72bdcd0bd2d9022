namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// The pace that a server's own replies ask for: spaces messages out once it has refused some for their number, slows down with each refusal and speeds up again while
/// there is none. Of a server that never refused anything it costs a message one count, and no lock.
/// </summary>
internal sealed class AdaptivePace : IPaceLimit
{
    /// <summary>Seconds: a message that sets out late may be made up for by as much; more would arrive as a burst.</summary>
    private const double MostLateness = 0.02;

    /// <summary>Seconds: a pace that nobody had to wait for this long, and that was not refused either, is forgotten.</summary>
    private const double Memory = 900;

    /// <summary>Seconds.</summary>
    private const double Recently = 60;

    private readonly TimeProvider _time;
    private readonly long _beginning;
    private readonly Lock _lock = new();
    private readonly AcceptedHistory _history = new();
    private readonly PaceSearch _search;
    private double _next;
    private volatile bool _isInForce;
    private volatile bool _isTakenOver;

    public AdaptivePace(TimeProvider time)
    {
        _time = time;
        _beginning = time.GetTimestamp();
        _search = new PaceSearch(_history);
    }

    /// <summary>Whether messages are spaced out at all.</summary>
    public bool IsInForce => _isInForce;

    /// <summary>It is in force since other nodes were refused; the server has refused nothing of this one.</summary>
    public bool IsTakenOver => _isTakenOver;

    /// <summary>Messages a second that the server is thought to take; null while there is no pace.</summary>
    public double? PerSecond
    {
        get
        {
            if (!_isInForce)
            {
                return null;
            }

            lock (_lock)
            {
                ForgetIfOldUnderLock(Now());
                return _isInForce ? _search.Estimate : null;
            }
        }
    }

    /// <summary>Whether it has held anything back, or was refused, within the last minute.</summary>
    public bool IsHoldingBack
    {
        get
        {
            lock (_lock)
            {
                return _isInForce && Now() - Math.Max(_search.LastRefusedAt, _search.LastLimitedAt) < Recently;
            }
        }
    }

    /// <summary>Time until the next message may set out; zero when it may now.</summary>
    /// <remarks>Whoever asks wants to send: that it may not is what shows that the pace is used up.</remarks>
    public TimeSpan Wait()
    {
        if (!_isInForce)
        {
            return TimeSpan.Zero;
        }

        lock (_lock)
        {
            var now = Now();
            return _isInForce && IsTooSoonUnderLock(now) ? TimeSpan.FromSeconds(_next - now) : TimeSpan.Zero;
        }
    }

    /// <summary>Takes the turn of one message; false when it is too soon.</summary>
    public bool TryTake()
    {
        if (!_isInForce)
        {
            return true;
        }

        lock (_lock)
        {
            var now = Now();
            if (!_isInForce)
            {
                return true;
            }

            if (IsTooSoonUnderLock(now))
            {
                return false;
            }

            TakeUnderLock(now, 1);
            return true;
        }
    }

    /// <summary>Timestamp at which the next message may set out; in the past when it may now.</summary>
    public long NextAt()
    {
        lock (_lock)
        {
            return _isInForce && IsTooSoonUnderLock(Now()) ? TimestampOf(_next) : 0;
        }
    }

    bool IPaceLimit.SpacesOut => true;

    int IPaceLimit.MostRecipients => int.MaxValue;

    long IPaceLimit.RoomAt(PaceAmount amount, long now) => amount.Messages == 0 ? now : NextAt();

    void IPaceLimit.Take(PaceAmount amount, long now)
    {
        lock (_lock)
        {
            if (_isInForce)
            {
                TakeUnderLock(Now(), amount.Messages);
            }
        }
    }

    void IPaceLimit.GiveBack(PaceAmount amount, long now)
    {
        lock (_lock)
        {
            if (_isInForce)
            {
                TakeUnderLock(Now(), -amount.Messages);
            }
        }
    }

    /// <summary>What it was used for is told by the reply.</summary>
    void IPaceLimit.Settle(PaceAmount amount, long now) { }

    int IPaceLimit.MessagesBy(long when, long now)
    {
        lock (_lock)
        {
            if (!_isInForce)
            {
                return int.MaxValue;
            }

            var left = SecondsOf(when) - Math.Max(_next, Now());
            return left < 0 ? 0 : 1 + (int)Math.Min(left * _search.Rate, int.MaxValue / 2);
        }
    }

    double IPaceLimit.ShareInUse(long now)
    {
        lock (_lock)
        {
            return _isInForce ? Math.Clamp((_next - Now()) * _search.Rate, 0, 1) : 0;
        }
    }

    /// <summary>It is shown as what it is: no limit that anybody has set.</summary>
    PaceReading? IPaceLimit.Read(long now) => null;

    /// <summary>The server took a message, or minded nothing about its number.</summary>
    /// <param name="underWay">How long ago it set out.</param>
    public void Accepted(TimeSpan underWay)
    {
        var now = Now();
        _history.Add(now);
        if (!_isInForce)
        {
            return;
        }

        lock (_lock)
        {
            var rate = _search.Rate;
            _search.Accepted(now, now - underWay.TotalSeconds);
            ForgetIfOldUnderLock(now);
            _isInForce = !_search.IsFree;
            _isTakenOver &= _isInForce;
            if (_search.Rate > rate)
            {
                // The turn that was given out at a lower rate comes sooner; a wait of a minute would outlast what it was for.
                _next = Math.Min(_next, now + (1 / _search.Rate));
            }
        }
    }

    /// <summary>What other nodes have learned of the server: this one begins there, and goes on from its own refusals and acceptances.</summary>
    /// <param name="perSecond">This node's part.</param>
    /// <returns>False where there is a pace already: what was learned here is known better.</returns>
    public bool BeginAt(double perSecond)
    {
        lock (_lock)
        {
            var now = Now();
            ForgetIfOldUnderLock(now);
            if (_isInForce)
            {
                return false;
            }

            _search.BeginAt(now, perSecond);
            (_isInForce, _isTakenOver, _next) = (true, true, now);
            return true;
        }
    }

    /// <summary>The server asked for less.</summary>
    /// <param name="underWay">How long ago the refused message set out.</param>
    /// <param name="pause">How long it wants to be left alone; the caller sees to that. Zero where it does not say.</param>
    /// <param name="isQuota">What may be sent is used up.</param>
    /// <returns>Whether the pace was lowered.</returns>
    public bool Refused(TimeSpan underWay, TimeSpan pause = default, bool isQuota = false)
    {
        lock (_lock)
        {
            var now = Now();
            ForgetIfOldUnderLock(now);
            var isLowered = _search.Refused(now, now - underWay.TotalSeconds, pause.TotalSeconds, isQuota);
            (_isInForce, _isTakenOver) = (true, false);
            if (isLowered)
            {
                _next = now + (1 / _search.Rate);
            }

            return isLowered;
        }
    }

    /// <summary>Forgets what was asked for: another server stands behind the name now.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _search.Forget();
            (_isInForce, _isTakenOver) = (false, false);
        }
    }

    private void TakeUnderLock(double now, int messages) => _next = Math.Max(_next, now - MostLateness) + (messages / _search.Rate);

    private bool IsTooSoonUnderLock(double now)
    {
        if (now >= _next)
        {
            return false;
        }

        _search.Limited(now);
        return true;
    }

    private void ForgetIfOldUnderLock(double now)
    {
        if (now - Math.Max(_search.LastRefusedAt, _search.LastLimitedAt) > Memory)
        {
            _search.Forget();
            (_isInForce, _isTakenOver) = (false, false);
        }
    }

    private double Now() => SecondsOf(_time.GetTimestamp());

    private double SecondsOf(long timestamp) => (timestamp - _beginning) / (double)_time.TimestampFrequency;

    /// <summary>Never before it: who comes then must not be told to come again.</summary>
    private long TimestampOf(double seconds) => _beginning + (long)Math.Ceiling(seconds * _time.TimestampFrequency) + 1;
}
