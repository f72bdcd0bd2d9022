using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Health;

/// <summary>How long ejections last: each that follows soon after the last lasts longer. Written under the lock of its owner.</summary>
internal sealed class EjectionTimer(TimeProvider time)
{
    private int _inARow;
    private long _returnedAt;
    private long _until;

    public bool IsOver => time.GetTimestamp() >= Volatile.Read(ref _until);

    public void Begin(TimeSpan duration) =>
        Volatile.Write(ref _until, time.GetTimestamp() + (long)(duration.TotalSeconds * time.TimestampFrequency));

    /// <summary>What the next ejection lasts: <see cref="HealthOptions.EjectionTime"/> × n.</summary>
    /// <param name="options">Of the group.</param>
    /// <param name="isAgain">It is still ejected: a trial has failed.</param>
    public TimeSpan Next(HealthOptions options, bool isAgain)
    {
        var isSoonAgain = _returnedAt != 0 && time.GetElapsedTime(_returnedAt) <= options.MaximumEjectionTime;
        _inARow = isSoonAgain || isAgain ? _inARow + 1 : 1;
        var ejection = options.EjectionTime * _inARow;
        return ejection < options.MaximumEjectionTime ? ejection : options.MaximumEjectionTime;
    }

    /// <summary>The server is back.</summary>
    public void Returned() => _returnedAt = time.GetTimestamp();

    public void Clear()
    {
        _inARow = 0;
        _returnedAt = 0;
        Volatile.Write(ref _until, 0);
    }
}
