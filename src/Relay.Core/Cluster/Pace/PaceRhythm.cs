namespace Relay.Core.Cluster.Pace;

/// <summary>How often a node talks to the ledger: at once when that may help, seldom otherwise, and less often the more nodes there are.</summary>
/// <param name="time">The clock.</param>
internal sealed class PaceRhythm(TimeProvider time)
{
    private const int NodesAtFullSpeed = 16;

    private static readonly TimeSpan Least = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan WhileShort = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan WhileInUse = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan WhileQuiet = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WhileAway = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Tidied = TimeSpan.FromSeconds(2);

    /// <summary>Whoever was away himself gives the others, who were away too, this time to show themselves.</summary>
    private static readonly TimeSpan Returning = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan Gone = TimeSpan.FromSeconds(4);

    private long? _triedAt;
    private long? _exchangedAt;
    private long _reachedSince;
    private long _tidiedAt;
    private TimeSpan _gap = Least;
    private volatile bool _isTold;

    /// <summary>To be waited for before the next exchange.</summary>
    public TimeSpan Gap
    {
        get
        {
            if (_triedAt is not { } last)
            {
                return TimeSpan.Zero;
            }

            var left = (_isTold ? Least : _gap) - time.GetElapsedTime(last);
            return left > TimeSpan.Zero ? left : TimeSpan.Zero;
        }
    }

    /// <summary>The next exchange is then at the latest.</summary>
    public TimeSpan Interval { get; private set; } = WhileQuiet;

    /// <summary>Asked once for each exchange.</summary>
    public bool IsTidyDue
    {
        get
        {
            var now = time.GetTimestamp();
            var isLongHere =
                _exchangedAt is { } last && time.GetElapsedTime(last, now) < Gone && time.GetElapsedTime(_reachedSince, now) >= Returning;
            if (!isLongHere || time.GetElapsedTime(_tidiedAt, now) < Tidied)
            {
                return false;
            }

            _tidiedAt = now;
            return true;
        }
    }

    /// <summary>Another node says that something has changed.</summary>
    public void Hear() => _isTold = true;

    public void Exchanged(IReadOnlyList<WindowView> views, IReadOnlyList<SharedWindow> windows, bool hasGrown)
    {
        var now = time.GetTimestamp();
        if (_exchangedAt is not { } last || time.GetElapsedTime(last, now) >= Gone)
        {
            _reachedSince = now;
        }

        (_triedAt, _exchangedAt, _isTold) = (now, now, false);
        var nodes = views.Count == 0 ? 1 : views.Max(static view => view.Rows.Count);
        var scale = Math.Max(1, nodes / (double)NodesAtFullSpeed);
        var isShort = windows.Any(static window => window.IsShort);
        var isContested = isShort || views.Any(static view => view.Rows.Any(static row => row is { IsShort: true, IsActive: true }));
        _gap = scale * (isShort && !hasGrown ? WhileShort : Least);
        Interval =
            scale
            * (
                isContested ? WhileShort
                : windows.Any(static window => window.IsInUse) ? WhileInUse
                : WhileQuiet
            );
    }

    public void Failed()
    {
        _triedAt = time.GetTimestamp();
        _isTold = false;
        _gap = Interval = WhileAway;
    }
}
