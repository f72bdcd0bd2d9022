using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Cluster.Pace;

/// <summary>
/// This node's part of one window. What it gives back it stops using before the ledger hears of it; what it takes it uses once the ledger has confirmed it: so the parts of
/// all nodes never come to more than the limit.
/// </summary>
/// <param name="key">Which window.</param>
/// <param name="owner">Its account; guards the window.</param>
/// <param name="window">Counts what is held and used here.</param>
/// <param name="time">The clock.</param>
internal sealed class SharedWindow(WindowKey key, PaceAccount owner, RateWindow window, TimeProvider time)
{
    /// <summary>Short for so long, and nothing came: the others need theirs.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>What was used is entered in the ledger after this time at the latest.</summary>
    private static readonly TimeSpan EnterAfter = TimeSpan.FromSeconds(5);

    private readonly WindowShare _share = window.Share ?? window.BeginShared();
    private readonly ShareDemand _demand = new(key);
    private long _allowance;
    private (long Demand, bool IsShort, int? Limit) _written;
    private long? _lackingSince;
    private long _enteredAt = time.GetTimestamp();
    private long _mark;
    private long _withheld;
    private long _surplus;

    public WindowKey Key => key;

    public PaceAccount Owner => owner;

    /// <summary>Messages wait for want of it, or others were told that they do.</summary>
    public bool IsShort => _written.IsShort || _demand.IsShort;

    /// <summary>It is in use, or was a moment ago.</summary>
    public bool IsInUse => _demand.IsBusy;

    /// <summary>What the node may have in use, for those who look.</summary>
    public long Allowance => Interlocked.Read(ref _allowance);

    /// <summary>Looks at what it has and at what others ask for; stops using what it is to give back.</summary>
    /// <param name="view">From the ledger, after the last write of this node.</param>
    /// <param name="holder">The node.</param>
    /// <param name="isLast">It gives back all.</param>
    /// <param name="isUrgent">Others should look soon.</param>
    /// <returns>What is to be written; null when nothing changes.</returns>
    public WindowWrite? Plan(WindowView view, long holder, bool isLast, out bool isUrgent)
    {
        lock (owner.Lock)
        {
            var now = time.GetTimestamp();
            var row = view.Of(holder);
            _allowance = Math.Min(_allowance, row?.Allowance ?? 0); // whichever of the two believes in less is right
            int? limit = window.IsConfigured ? window.Rate.Limit : null;
            var inUse = window.InUse(now);
            var lacked = limit is null ? 0 : _share.Lacked;
            _demand.Look(Seconds(now), limit ?? 0, inUse, lacked, _share.Taken);
            _share.Lacked = 0;

            var own = new ShareRow(holder, _allowance, isLast ? 0 : _demand.Amount, !isLast && _demand.IsShort, limit, TimeSpan.Zero);
            var unused = Math.Max(0, _allowance - inUse);
            var plan = SharePlanner.Plan(view.With(own), holder);
            Obey(plan, view, lacked > 0, now);
            var release = isLast ? unused : Math.Min(unused, plan.Give);
            var turnedShort = own.IsShort && !_written.IsShort;
            isUrgent = (release > 0 && plan.IsAwaited) || (turnedShort && plan.Take < plan.Target - _allowance);
            _allowance -= release;
            // What is in use and somebody else's turn is not used again when it gets free; and a limit that was lowered holds at once.
            _surplus = plan.Free < 0 ? Math.Max(0, _allowance - plan.Target) : 0;
            _withheld = Math.Max(plan.Give - release, _surplus);
            _share.Allowance = Math.Max(0, _allowance - _withheld);
            return WriteUnderLock(own, plan, release, isLast || row?.Allowance > _allowance + release, isLast, now);
        }
    }

    /// <summary>It is written: what was taken may be used.</summary>
    public void Complete(WindowWrite write, long taken)
    {
        lock (owner.Lock)
        {
            if (write.Spent.Count > 0)
            {
                window.DropUntil(_mark);
                _enteredAt = time.GetTimestamp();
            }

            _allowance = write.Allowance + taken;
            _share.Allowance = Math.Max(0, _allowance - _withheld);
            _written = (write.Demand, write.IsShort, write.Limit);
        }
    }

    /// <summary>What this node has may be used until then.</summary>
    public void Confirm(long until)
    {
        lock (owner.Lock)
        {
            _share.ValidUntil = until;
            window.Trouble = null;
        }
    }

    /// <summary>The node counts as gone. What it has used is counted as part of what it had; it begins with nothing.</summary>
    public void Forget(string trouble)
    {
        lock (owner.Lock)
        {
            _allowance = _share.Allowance = _withheld = _surplus = 0;
            _share.ValidUntil = long.MinValue;
            _written = default;
            window.DropUntil(window.CloseEntries());
            window.Trouble = trouble;
        }
    }

    /// <summary>The ledger cannot be reached: what was to be given back stays in use here, for nobody else can have it.</summary>
    /// <param name="trouble">Why there is no more, once what there is has run out.</param>
    public void Keep(string trouble)
    {
        lock (owner.Lock)
        {
            _withheld = Math.Min(_withheld, _surplus);
            _share.Allowance = Math.Max(0, _allowance - _withheld);
            window.Trouble = trouble;
        }
    }

    /// <summary>What the window answers to those who ask when there will be room.</summary>
    private void Obey(SharePlan plan, WindowView view, bool isLacking, long now)
    {
        var isEmpty = plan.Free <= 0 && plan.Take == 0;
        _lackingSince = isEmpty && (isLacking || _demand.IsShort) ? _lackingSince ?? now : null;
        _share.IsExhausted = _lackingSince is { } since && time.GetElapsedTime(since, now) >= Patience;
        _share.NextAt = view.NextFree is { } next ? now + (long)(next.TotalSeconds * time.TimestampFrequency) : 0;
        _share.LowMark = key.IsBooked && !isEmpty ? (_demand.Block + 1) / 2 : 0;
        _share.UsedElsewhere = view.Spent;
        _share.Whole = Math.Max(1, key.IsBooked ? plan.Limit : Math.Max(_allowance, plan.Target));
    }

    private WindowWrite? WriteUnderLock(ShareRow own, SharePlan plan, long release, bool isCorrection, bool isLast, long now)
    {
        var take = isLast || (key.IsBooked && !own.IsShort && _allowance - window.InUse(now) > _demand.Block / 2) ? 0 : plan.Take;
        var isDue = release > 0 || take > 0 || isLast || time.GetElapsedTime(_enteredAt, now) >= EnterAfter;
        var spent = key.IsBooked && isDue ? window.Close(now, out _mark) : [];
        var entered = spent.Sum(static entry => entry.Count);
        if (entered > _allowance)
        {
            (spent, entered) = ([], 0); // an earlier life of this node accounts for it
        }

        var little = Math.Max(1, plan.Limit / 20);
        var isNews =
            own.IsShort != _written.IsShort
            || own.Limit != _written.Limit
            || Math.Abs(own.Demand - _written.Demand) > little
            || (own.IsShort && own.Demand > _written.Demand)
            || own.Demand == 0 != (_written.Demand == 0);
        return release == 0 && take == 0 && spent.Count == 0 && !isNews && !isCorrection
            ? null
            : new WindowWrite(key, _allowance - entered, take, Math.Max(0, own.Demand - entered), own.IsShort, own.Limit, spent);
    }

    private double Seconds(long timestamp) => (double)timestamp / time.TimestampFrequency;
}
