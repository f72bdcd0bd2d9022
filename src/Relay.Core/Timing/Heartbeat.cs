using System.Collections.Concurrent;

namespace Relay.Core.Timing;

/// <summary>
/// Ticks once a second for everything that has a deadline. A timer per read or a <c>CancelAfter</c> per command costs more than the command;
/// a deadline that is looked at once a second costs nothing.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<IHeartbeatListener, long> _listeners = new(ReferenceEqualityComparer.Instance);
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _number;

    public Heartbeat(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(static heartbeat => ((Heartbeat)heartbeat!).Beat(), this, Interval, Interval);
    }

    public void Add(IHeartbeatListener listener) => _listeners.TryAdd(listener, Interlocked.Increment(ref _number));

    public void Remove(IHeartbeatListener listener) => _listeners.TryRemove(listener, out _);

    public void Dispose() => _timer.Dispose();

    private void Beat()
    {
        var now = _time.GetTimestamp();
        // Who came first is told first. The dictionary's own order comes from hash codes that differ from run to run, and a run could not be replayed.
        foreach (var (listener, _) in _listeners.ToArray().OrderBy(entry => entry.Value))
        {
            listener.OnHeartbeat(now);
        }
    }
}

/// <summary>Something with deadlines.</summary>
internal interface IHeartbeatListener
{
    /// <summary>Called about once a second, on a timer's thread; must not block or throw.</summary>
    /// <param name="now"><see cref="TimeProvider.GetTimestamp"/>.</param>
    void OnHeartbeat(long now);
}
