using System.Globalization;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// How fast a server may be used now: the limits of its account, those that it has of its own, and the pauses that it asked for. Each throttle reply pauses it,
/// for twice as long as the last one, until a message gets through. A server that is out of pace is in service, it only has no room.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="account">Of the configured upstream; null for one of its own.</param>
/// <remarks>Without a limit nothing is locked and nothing allocated.</remarks>
internal sealed class UpstreamPace(TimeProvider time, PaceAccount? account = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private readonly PaceAccount _account = account ?? new PaceAccount(time);
    private readonly Lock _lock = new();
    private volatile IPaceLimit[] _limits = [];
    private IReadOnlyList<IPaceLimit> _ofAccount = [];
    private IPaceLimit[] _own = [];
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

    /// <summary>The limits that it shares with the other servers of its upstream.</summary>
    public PaceAccount Account => _account;

    /// <summary>Recipients that one message may have if it is ever to fit.</summary>
    public int MostRecipients
    {
        get
        {
            var most = int.MaxValue;
            foreach (var limit in _limits)
            {
                most = Math.Min(most, limit.MostRecipients);
            }

            return most;
        }
    }

    /// <summary>Takes over the configured rates; what was used stays used.</summary>
    public void Apply(UpstreamOptions options)
    {
        var ofAccount = _account.Apply(options);
        lock (_lock)
        {
            _ofAccount = ofAccount;
            _limits = [.. _ofAccount, .. _own];
        }
    }

    /// <summary>A limit that is the server's own, beside those of its account. It is asked under the lock of the account.</summary>
    public void Add(IPaceLimit limit)
    {
        lock (_lock)
        {
            _own = [.. _own, limit];
            _limits = [.. _ofAccount, .. _own];
        }
    }

    /// <summary>Whether a message with so many recipients may go now.</summary>
    public bool HasRoom(int recipients)
    {
        var limits = _limits;
        if (limits.Length == 0)
        {
            return !IsPaused;
        }

        var now = time.GetTimestamp();
        return RoomAt(recipients) <= now;
    }

    /// <summary>The first moment at which a message with so many recipients has room as far as pace is concerned: in the past when it has room now, <see cref="long.MaxValue"/> for never.</summary>
    public long RoomAt(int recipients)
    {
        var at = Volatile.Read(ref _pausedUntil);
        var limits = _limits;
        if (limits.Length == 0)
        {
            return at;
        }

        lock (_account.Lock)
        {
            var now = time.GetTimestamp();
            foreach (var limit in limits)
            {
                at = Math.Max(at, limit.RoomAt(new PaceAmount(1, recipients), now));
            }

            _account.WriteAheadUnderLock();
        }

        return at;
    }

    /// <summary>Messages to one recipient that could be begun until then; <see cref="int.MaxValue"/> without a limit.</summary>
    public int MessagesBy(long when)
    {
        if (Volatile.Read(ref _pausedUntil) > when)
        {
            return 0;
        }

        var most = int.MaxValue;
        var limits = _limits;
        if (limits.Length > 0)
        {
            lock (_account.Lock)
            {
                var now = time.GetTimestamp();
                foreach (var limit in limits)
                {
                    most = Math.Min(most, limit.MessagesBy(Math.Max(when, now), now));
                }
            }
        }

        return most;
    }

    /// <summary>Recipients that a message may have to go now, up to those wanted; 0 for none.</summary>
    public int RecipientsNow(int wanted)
    {
        var (least, most) = (0, wanted + 1); // room for the first, none for the second
        while (most - least > 1)
        {
            var middle = least + ((most - least) / 2);
            (least, most) = HasRoom(middle) ? (middle, most) : (least, middle);
        }

        return least;
    }

    /// <summary>Takes what a message needs, if there is room for it.</summary>
    /// <param name="recipients">That it has.</param>
    /// <param name="hold">To be ended with the attempt; null when there is no limit.</param>
    public bool TryTake(int recipients, out PaceHold? hold)
    {
        hold = null;
        var limits = _limits;
        if (limits.Length == 0)
        {
            return !IsPaused;
        }

        lock (_account.Lock)
        {
            var (amount, now) = (new PaceAmount(1, recipients), time.GetTimestamp());
            if (IsPaused || Array.Exists(limits, limit => limit.RoomAt(amount, now) > now))
            {
                _account.WriteAheadUnderLock(); // perhaps only a reservation is lacking
                return false;
            }

            foreach (var limit in limits)
            {
                limit.Take(amount, now);
            }

            _account.WriteAheadUnderLock();
            hold = new PaceHold(_account, limits, amount, time);
            return true;
        }
    }

    /// <summary>0 to 1: how much of the limit that is nearest to being used up is in use; 1 while paused.</summary>
    public double ShareInUse
    {
        get
        {
            var share = IsPaused ? 1.0 : 0.0;
            var limits = _limits;
            if (limits.Length > 0)
            {
                lock (_account.Lock)
                {
                    var now = time.GetTimestamp();
                    foreach (var limit in limits)
                    {
                        share = Math.Max(share, limit.ShareInUse(now));
                    }
                }
            }

            return share;
        }
    }

    /// <summary>Messages a second that its limits allow in the long run; null without a limit of messages.</summary>
    public double? PerSecond
    {
        get
        {
            var rates = Readings.Where(static reading => reading.Unit == PaceReading.Messages).ToList();
            return rates.Count == 0 ? null : rates.Min(static reading => reading.PerSecond);
        }
    }

    /// <summary>All limits as they are now.</summary>
    public IReadOnlyList<PaceReading> Readings
    {
        get
        {
            var limits = _limits;
            lock (_account.Lock)
            {
                var now = time.GetTimestamp();
                return [.. limits.Select(limit => limit.Read(now)).OfType<PaceReading>()];
            }
        }
    }

    /// <summary>What it said and until when it is left alone; empty while it is not paused.</summary>
    public string Reason =>
        IsPaused ? string.Create(CultureInfo.InvariantCulture, $"{_reply}; no new mail until {_resumesAt:HH:mm:ss}Z") : WhyOutOfPace();

    /// <summary>The limit that keeps mail off the longest; empty while there is room.</summary>
    private string WhyOutOfPace()
    {
        if (_limits.Length == 0)
        {
            return "";
        }

        var now = time.GetTimestamp();
        return Readings.MaxBy(static reading => reading.RoomAt) is { } last && last.RoomAt > now ? Describe(last, now) : "";
    }

    private string Describe(PaceReading reading, long now)
    {
        var until = time.GetUtcNow() + time.GetElapsedTime(now, reading.RoomAt);
        var why =
            reading.Trouble ?? string.Create(CultureInfo.InvariantCulture, $"{reading.Name} used up until {until:yyyy-MM-dd HH:mm:ss}Z");
        return reading.Unit == PaceReading.Recipients && reading.Trouble is null ? $"{reading.Unit} {why}" : why;
    }

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
