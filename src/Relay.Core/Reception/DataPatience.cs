using Relay.Core.Configuration;

namespace Relay.Core.Reception;

/// <summary>
/// How long a client may still take for its mail data. It may be silent as long as before a command, and each byte earns time back at the least data
/// rate, up to that again: a client that pauses is waited for, one that sends a byte now and then uses its time up. What Relay itself takes between two
/// reads is not the client's.
/// </summary>
internal struct DataPatience
{
    private readonly LimitOptions _limits;
    private readonly TimeProvider _time;
    private readonly long _started;
    private long _reading;
    private TimeSpan _left;
    private TimeSpan _silence;

    /// <param name="limits">What a client may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="started">When the message began, which may be several chunks ago.</param>
    public DataPatience(LimitOptions limits, TimeProvider time, long started)
    {
        _limits = limits;
        _time = time;
        _started = started;
        _left = limits.CommandTimeout;
    }

    /// <summary>A read begins.</summary>
    /// <returns>How long it may take.</returns>
    public TimeSpan BeginRead()
    {
        _reading = _time.GetTimestamp();
        var total = _limits.MessageTimeout - _time.GetElapsedTime(_started, _reading);
        return total < _left ? total : _left;
    }

    /// <summary>The read is over.</summary>
    /// <param name="bytes">How many came.</param>
    public void EndRead(long bytes)
    {
        var elapsed = _time.GetElapsedTime(_reading);
        _silence = bytes > 0 ? TimeSpan.Zero : _silence + elapsed;
        _left -= elapsed;
        if (bytes > 0)
        {
            _left = _limits.LeastDataRate == 0 ? _limits.CommandTimeout : Earn(bytes);
        }
    }

    /// <summary>Why there is no time left: nothing came, it took too long in all, or what came was too little.</summary>
    public readonly DataEnd End =>
        _silence + _time.GetElapsedTime(_reading) >= _limits.CommandTimeout || _time.GetElapsedTime(_started) >= _limits.MessageTimeout
            ? DataEnd.TimedOut
            : DataEnd.TooSlow;

    private readonly TimeSpan Earn(long bytes)
    {
        var left = _left + TimeSpan.FromSeconds((double)bytes / _limits.LeastDataRate);
        return left < _limits.CommandTimeout ? left : _limits.CommandTimeout;
    }
}
