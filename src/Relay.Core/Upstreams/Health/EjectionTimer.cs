using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Health;

/// <summary>How long ejections last: each that follows soon after the last lasts longer. Written under the lock of its owner.</summary>
internal sealed class EjectionTimer(TimeProvider time)
{
    private int _inARow;
    private long _returnedAt;
    private long _until;

    public bool IsOver => IsOverFor(TimeSpan.Zero);

    /// <summary>Its end, as a timestamp.</summary>
    public long Until => Volatile.Read(ref _until);

    /// <summary>How many there were, each soon after the last.</summary>
    public int InARow => _inARow;

    /// <summary>It has been over for so long.</summary>
    public bool IsOverFor(TimeSpan span) => time.GetTimestamp() >= Until + Ticks(span);

    public void Begin(TimeSpan duration) => Volatile.Write(ref _until, time.GetTimestamp() + Ticks(duration));

    /// <summary>Another node says that it lasts so long from now; never shorter than was known here.</summary>
    /// <param name="left">From now.</param>
    /// <param name="inARow">The other node's count, so that the next one is longer wherever it begins.</param>
    public void Prolong(TimeSpan left, int inARow)
    {
        Volatile.Write(ref _until, Math.Max(Until, time.GetTimestamp() + Ticks(left)));
        _inARow = Math.Max(_inARow, inARow);
    }

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

    private long Ticks(TimeSpan span) => (long)(span.TotalSeconds * time.TimestampFrequency);
}
