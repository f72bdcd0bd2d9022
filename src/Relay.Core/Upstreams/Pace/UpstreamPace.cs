using System.Globalization;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// How fast a server may be used now: the limits of its account, the pace that its refusals teach, and the times before which it wants no mail. A server that is out of pace is in
/// service, it only has no room.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="account">Of the configured upstream; null for one of its own.</param>
/// <remarks>Without a limit nothing is locked and nothing allocated.</remarks>
internal sealed class UpstreamPace(TimeProvider time, PaceAccount? account = null)
{
    private readonly AdaptivePace _adaptive = new(time);
    private readonly PacePause _pause = new(time);
    private readonly PaceNews _news = new(time);
    private readonly PaceAccount _account = account ?? new PaceAccount(time);
    private readonly Lock _lock = new();
    private volatile IPaceLimit[] _limits = [];
    private IReadOnlyList<IPaceLimit> _ofAccount = [];
    private bool _isAdaptiveAdded;
    private long _refusals;
    private volatile string _reply = "";

    public bool IsPaused => _pause.IsOn;

    /// <summary>It is paused, and said so to this node.</summary>
    public bool IsPausedHere => _pause.IsSaidHere;

    /// <summary>What it said last.</summary>
    public string Reply => _reply;

    /// <summary>Replies that asked for less.</summary>
    public long Refusals => Interlocked.Read(ref _refusals);

    /// <summary>The time before which it gets no mail; null when there is none.</summary>
    public DateTimeOffset? NotBefore => _pause.Ends;

    /// <summary>Messages a second that it is thought to take; null while it has not asked for less.</summary>
    public double? Learned => _adaptive.PerSecond;

    /// <summary>The same, where its own replies to this node have taught it; null where it was taken over from other nodes.</summary>
    public double? LearnedHere => _adaptive.IsTakenOver ? null : _adaptive.PerSecond;

    /// <summary>The last time before which it wanted no mail, as it told this node; null before the first. Each is an object of its own: another one is news for other nodes.</summary>
    public PaceWord? Word => _pause.Word;

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
            ArrangeUnderLock();
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

        var at = RoomAt(recipients);
        return at <= time.GetTimestamp(); // asked after it, or what is free now would not be free yet
    }

    /// <summary>The first moment at which a message with so many recipients has room as far as pace is concerned: in the past when it has room now, <see cref="long.MaxValue"/> for never.</summary>
    public long RoomAt(int recipients)
    {
        var at = _pause.Until;
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
        if (_pause.Until > when)
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

    /// <summary>Messages a second that its limits allow in the long run, or that it is thought to take; null where neither is known.</summary>
    public double? PerSecond =>
        Readings
            .Where(static reading => reading.Unit == PaceReading.Messages)
            .Select(static reading => (double?)reading.PerSecond)
            .Append(Learned)
            .Min();

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

    /// <summary>What it said, or which limit is used up, and what comes of it; empty while nothing has held it back for a minute.</summary>
    public string Reason
    {
        get
        {
            if (NotBefore is { } resumes)
            {
                return string.Create(CultureInfo.InvariantCulture, $"{_reply}; no new mail until {resumes:HH:mm:ss}Z");
            }

            var usedUp = WhyOutOfPace();
            return usedUp.Length == 0 && _adaptive.IsHoldingBack && Learned is { } rate
                ? $"{_reply}; {PaceText.Of(rate)} at present"
                : usedUp;
        }
    }

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
    /// <param name="word">What they say.</param>
    /// <param name="underWay">How long ago the message set out that it answered so.</param>
    /// <returns>Whether that keeps mail off it for a time which it named, and is news.</returns>
    public bool Throttled(string reply, ThrottleWord word, TimeSpan underWay)
    {
        Interlocked.Increment(ref _refusals);
        _reply = reply;
        var isLowered = _adaptive.Refused(underWay, word.Pause ?? TimeSpan.Zero, word.Meaning == ThrottleMeaning.Quota);
        Arrange();
        return word.Pause is { } pause && (isLowered || !IsPaused) && _pause.Begin(reply, pause, isSaidHere: true).IsNew;
    }

    /// <inheritdoc cref="Throttled(string, ThrottleWord, TimeSpan)"/>
    public bool Throttled(string reply) => Throttled(reply, new ThrottleWord(ThrottleMeaning.Throttle), TimeSpan.Zero);

    /// <summary>It told another node that it wants no mail for a time.</summary>
    /// <param name="reply">Its words.</param>
    /// <param name="left">From now.</param>
    /// <returns>Whether it is paused since now.</returns>
    public bool TakePause(string reply, TimeSpan left)
    {
        var (isLonger, isNew) = _pause.Begin(reply, left, isSaidHere: false);
        _reply = isLonger ? reply : _reply;
        return isNew;
    }

    /// <summary>Other nodes have learned what it takes; this one begins with its part, where it has learned nothing itself.</summary>
    /// <param name="reply">What it said to them.</param>
    /// <param name="perSecond">This node's part.</param>
    public bool TakePace(string reply, double perSecond)
    {
        if (!_adaptive.BeginAt(perSecond))
        {
            return false;
        }

        _reply = reply;
        Arrange();
        return true;
    }

    /// <summary>A message got through.</summary>
    /// <param name="underWay">How long ago it set out.</param>
    public void Succeeded(TimeSpan underWay)
    {
        _adaptive.Accepted(underWay);
        if (_isAdaptiveAdded != _adaptive.IsInForce)
        {
            Arrange();
        }
    }

    /// <summary>Forgets what was asked for: another server stands behind the name now, or an operator knows better.</summary>
    public void Reset()
    {
        _pause.Clear();
        _adaptive.Reset();
        Arrange();
    }

    /// <summary>Whether the pace has changed so much that somebody should read of it.</summary>
    public bool IsWorthReporting(out double? perSecond)
    {
        perSecond = _adaptive.PerSecond;
        return _news.IsNews(perSecond);
    }

    private void Arrange()
    {
        lock (_lock)
        {
            ArrangeUnderLock();
        }
    }

    /// <summary>The pace that refusals teach is a limit only while there is one, so that a server which never refused anything costs no lock.</summary>
    private void ArrangeUnderLock()
    {
        _isAdaptiveAdded = _adaptive.IsInForce;
        _limits = _isAdaptiveAdded ? [.. _ofAccount, _adaptive] : [.. _ofAccount];
    }
}
