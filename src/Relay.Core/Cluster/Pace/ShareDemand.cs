namespace Relay.Core.Cluster.Pace;

/// <summary>Works out what a node asks for, from how fast it uses what it has and where it fell short.</summary>
internal sealed class ShareDemand(WindowKey key)
{
    /// <summary>Messages come unevenly: who fell short a moment ago is about to again. Not longer, or others leave room for mail that has gone elsewhere.</summary>
    private const double Remembered = 0.2;

    private double _lookedAt = double.NegativeInfinity;
    private long _takenBefore;
    private double _speed;
    private double _shortUntil = double.NegativeInfinity;
    private long _lacked;

    /// <summary>In all, what is in use included.</summary>
    public long Amount { get; private set; }

    public bool IsShort { get; private set; }

    /// <summary>Mail goes out, or went out a moment ago.</summary>
    public bool IsBusy => IsShort || _speed >= 0.1;

    /// <summary>Left over and not in use there should be about so much, of a window that is booked.</summary>
    public long Block { get; private set; } = 1;

    /// <param name="now">Seconds since any beginning.</param>
    /// <param name="limit">Of the whole window.</param>
    /// <param name="inUse">Held, or used and not entered in the ledger.</param>
    /// <param name="lacked">The most that was asked for at once since the last look, and was not there.</param>
    /// <param name="taken">In all.</param>
    public void Look(double now, long limit, long inUse, long lacked, long taken)
    {
        LookAtSpeed(now, taken);
        if (lacked > 0)
        {
            (_shortUntil, _lacked) = (now + Remembered, Math.Max(lacked, IsShort ? _lacked : 0));
        }

        IsShort = now < _shortUntil;
        Amount = Math.Min(limit, key.IsBooked ? OfBooked(limit, inUse) : OfOther(limit, inUse));
    }

    private void LookAtSpeed(double now, long taken)
    {
        var elapsed = now - _lookedAt;
        if (double.IsInfinity(elapsed) || elapsed > 0)
        {
            var speed = Math.Max(0, taken - _takenBefore) / Math.Max(0.1, elapsed);
            _speed = double.IsInfinity(elapsed) ? 0 : Math.Max(speed, _speed * Math.Pow(0.5, elapsed / (key.IsBooked ? 1 : 0.25)));
            (_takenBefore, _lookedAt) = (taken, now);
        }
    }

    /// <summary>Enough for two seconds, twice as much each time that it was not.</summary>
    private long OfBooked(long limit, long inUse)
    {
        var most = Math.Max(4, limit / 20);
        Block = Math.Clamp((long)Math.Ceiling(2 * _speed), Math.Max(1, limit / 1000), most);
        if (IsShort)
        {
            Block = Math.Max(Math.Clamp(Math.Max(2 * Block, limit / 100), 1, most), _lacked);
        }

        return inUse + Block;
    }

    private long OfOther(long limit, long inUse)
    {
        if (IsShort)
        {
            return Math.Max(2 * inUse, inUse + Math.Max(Math.Max(_lacked, 2), limit / 20));
        }

        return inUse + (long)Math.Ceiling(Math.Min(inUse, _speed) / 4);
    }
}
