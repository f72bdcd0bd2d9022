using System.Globalization;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// Keeps mail off a server that asked for less: spaced out as its refusals show that it must be, and not at all before a time that it named. Such a server is in service, it
/// only has no room now and then.
/// </summary>
internal sealed class UpstreamPace(TimeProvider time)
{
    /// <summary>Between two reports of a pace that goes up and down.</summary>
    private static readonly TimeSpan LeastBetweenReports = TimeSpan.FromSeconds(10);

    private readonly AdaptivePace _adaptive = new(time);
    private readonly Lock _lock = new();
    private long _pausedUntil;
    private long _refusals;
    private long _reportedAt;
    private double? _reported;
    private DateTimeOffset _resumesAt;
    private volatile string _reply = "";

    /// <summary>What it said last.</summary>
    public string Reply => _reply;

    /// <summary>Replies that asked for less.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>It named a time before which it wants no mail, and that has not come.</summary>
    public bool IsPaused
    {
        get
        {
            var until = Volatile.Read(ref _pausedUntil);
            return until != 0 && time.GetTimestamp() < until;
        }
    }

    /// <summary>The time before which it gets no mail; null when there is none.</summary>
    public DateTimeOffset? NotBefore => IsPaused ? _resumesAt : null;

    /// <summary>Messages a second that it is thought to take; null while it has not asked for less.</summary>
    public double? PerSecond => _adaptive.PerSecond;

    /// <summary>Whether a message may go now, as far as its pace is concerned.</summary>
    public bool HasRoom => !IsPaused && _adaptive.Wait() == TimeSpan.Zero;

    /// <summary>Time until the next message may go; zero when it may now.</summary>
    public TimeSpan Wait()
    {
        var until = Volatile.Read(ref _pausedUntil);
        var pause = until == 0 ? TimeSpan.Zero : time.GetElapsedTime(time.GetTimestamp(), until);
        var wait = _adaptive.Wait();
        return pause > wait ? pause : wait;
    }

    /// <summary>What it said, and what came of it; empty while it has not held anything back for a minute.</summary>
    public string Reason
    {
        get
        {
            if (IsPaused)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{_reply}; no new mail until {_resumesAt:HH:mm:ss}Z");
            }

            return _adaptive.IsHoldingBack && PerSecond is { } rate ? $"{_reply}; {PaceText.Of(rate)} at present" : "";
        }
    }

    /// <summary>Takes the turn of one message; false when it is too soon.</summary>
    public bool TryTake() => !IsPaused && _adaptive.TryTake();

    /// <summary>The server said to go slower.</summary>
    /// <param name="reply">Its words.</param>
    /// <param name="word">What they say.</param>
    /// <param name="underWay">How long ago the message set out that it answered so.</param>
    /// <returns>Whether that keeps mail off it for a time which it named, and is news.</returns>
    public bool Throttled(string reply, ThrottleWord word, TimeSpan underWay)
    {
        Interlocked.Increment(ref _refusals);
        _reply = reply;
        var isLowered = _adaptive.Refused(underWay, word.Pause ?? TimeSpan.Zero, word.Meaning == ThrottleMeaning.Quota);
        return word.Pause is { } pause && (isLowered || !IsPaused) && TryPause(pause);
    }

    /// <inheritdoc cref="Throttled(string, ThrottleWord, TimeSpan)"/>
    public bool Throttled(string reply) => Throttled(reply, new ThrottleWord(ThrottleMeaning.Throttle), TimeSpan.Zero);

    /// <summary>A message got through.</summary>
    /// <param name="underWay">How long ago it set out.</param>
    public void Succeeded(TimeSpan underWay) => _adaptive.Accepted(underWay);

    /// <summary>Forgets what was asked for: another server stands behind the name now, or an operator knows better.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            Volatile.Write(ref _pausedUntil, 0);
        }

        _adaptive.Reset();
    }

    /// <summary>
    /// Whether the pace has changed so much, and so long after the last report, that somebody should read of it: it is new, twice or half of what was reported, or gone.
    /// </summary>
    public bool IsWorthReporting(out double? perSecond)
    {
        perSecond = null;
        if (!_adaptive.IsInForce && Volatile.Read(ref _reportedAt) == 0)
        {
            return false;
        }

        perSecond = _adaptive.PerSecond;
        lock (_lock)
        {
            var isSmallChange =
                perSecond is { } now && _reported is { } before
                    ? now < 2 * before && now > before / 2
                    : perSecond is null && _reported is null;
            if (isSmallChange || (_reportedAt != 0 && time.GetElapsedTime(_reportedAt) < LeastBetweenReports))
            {
                return false;
            }

            _reported = perSecond;
            _reportedAt = perSecond is null ? 0 : time.GetTimestamp();
            return true;
        }
    }

    /// <summary>A pause is never made shorter by the next reply, and replies to what was under way tell nothing new.</summary>
    private bool TryPause(TimeSpan pause)
    {
        lock (_lock)
        {
            var until = time.GetTimestamp() + (long)(pause.TotalSeconds * time.TimestampFrequency);
            var wasPaused = IsPaused;
            if (until <= _pausedUntil)
            {
                return false;
            }

            _resumesAt = time.GetUtcNow() + pause;
            Volatile.Write(ref _pausedUntil, until);
            return !wasPaused;
        }
    }
}
