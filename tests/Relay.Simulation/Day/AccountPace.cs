namespace Relay.Simulation.Day;

/// <summary>
/// The fastest that an account lets messages through from some moment on. Each ration of n in a window of W says: the next message comes at least W after the
/// n-th last one. So the earliest instant for each message is known, and taking it never makes a later one wait longer: what is sent as early as it may be is as
/// early, message by message, as anything can be.
/// </summary>
internal sealed class AccountPace(DayAccount account, TimeSpan start)
{
    private readonly List<TimeSpan[]> _last = [.. account.Terms.All.Select(static ration => new TimeSpan[ration.Count])];
    private readonly List<TimeSpan> _windows = [.. account.Terms.All.Select(static ration => ration.Window)];
    private long _sent;

    /// <summary>When the next one can go if it is there by then.</summary>
    public TimeSpan Earliest(TimeSpan ready)
    {
        var earliest = ready > start ? ready : start;
        for (var index = 0; index < _last.Count; index++)
        {
            var last = _last[index];
            if (_sent >= last.Length && last[_sent % last.Length] + _windows[index] > earliest)
            {
                earliest = last[_sent % last.Length] + _windows[index];
            }
        }

        return account.Outage is { } outage && earliest >= outage.From && earliest < outage.Until ? outage.Until : earliest;
    }

    public void Send(TimeSpan at)
    {
        foreach (var last in _last)
        {
            last[_sent % last.Length] = at;
        }

        _sent++;
    }
}
