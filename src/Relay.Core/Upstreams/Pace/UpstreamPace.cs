namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// Keeps mail off a server that asked for less: each throttle reply pauses it, for twice as long as the last one, until a message gets through.
/// A paused server is in service, it only has no room.
/// </summary>
internal sealed class UpstreamPace(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private long _pausedUntil;
    private long _pauseTicks;

    public bool IsPaused
    {
        get
        {
            var until = Volatile.Read(ref _pausedUntil);
            return until != 0 && time.GetTimestamp() < until;
        }
    }

    /// <summary>The server said to go slower.</summary>
    public void Throttled()
    {
        lock (_lock)
        {
            if (IsPaused)
            {
                return; // replies to what was under way already tell nothing new
            }

            _pauseTicks = Math.Clamp(_pauseTicks * 2, FirstPause.Ticks, LongestPause.Ticks);
            var pause = TimeSpan.FromTicks(_pauseTicks).TotalSeconds * time.TimestampFrequency;
            Volatile.Write(ref _pausedUntil, time.GetTimestamp() + (long)pause);
        }
    }

    /// <summary>Forgets what was asked for: another server stands behind the name now.</summary>
    public void Reset()
    {
        lock (_lock)
        {
            _pauseTicks = 0;
            Volatile.Write(ref _pausedUntil, 0);
        }
    }

    /// <summary>A message got through: the next pause starts short again.</summary>
    public void Succeeded()
    {
        if (Volatile.Read(ref _pausedUntil) == 0 || IsPaused)
        {
            return;
        }

        lock (_lock)
        {
            _pauseTicks = 0;
            Volatile.Write(ref _pausedUntil, 0);
        }
    }
}
