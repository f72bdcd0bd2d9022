using System.Globalization;

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
    private string _reply = "";
    private DateTimeOffset _resumesAt;

    public bool IsPaused
    {
        get
        {
            var until = Volatile.Read(ref _pausedUntil);
            return until != 0 && time.GetTimestamp() < until;
        }
    }

    /// <summary>What it said and until when it is left alone; empty while it is not paused.</summary>
    public string Reason =>
        IsPaused ? string.Create(CultureInfo.InvariantCulture, $"{_reply}; no new mail until {_resumesAt:HH:mm:ss}Z") : "";

    /// <summary>The server said to go slower.</summary>
    /// <param name="reply">Its words.</param>
    public void Throttled(string reply)
    {
        lock (_lock)
        {
            if (IsPaused)
            {
                return; // replies to what was under way already tell nothing new
            }

            _pauseTicks = Math.Clamp(_pauseTicks * 2, FirstPause.Ticks, LongestPause.Ticks);
            _reply = reply;
            _resumesAt = time.GetUtcNow() + TimeSpan.FromTicks(_pauseTicks);
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
