namespace Relay.Simulation.Engine;

/// <summary>
/// The clock of a simulated world, and all that is going to happen in it, in one queue: timers of Relay, bytes on the wire, decisions of clients.
/// Two things at the same instant happen in the order in which they were planned.
/// </summary>
internal sealed class VirtualTime : TimeProvider
{
    private static readonly DateTimeOffset Epoch = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly PriorityQueue<Action, (long At, long Number)> _plan = new();
    private long _now;
    private long _number;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public TimeSpan Now => TimeSpan.FromTicks(_now);

    public override long GetTimestamp() => _now + 1; // Relay reads 0 as "never"

    public override DateTimeOffset GetUtcNow() => Epoch + Now;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new VirtualTimer(this, callback, state, dueTime, period);

    public void After(TimeSpan delay, Action action) => At(Now + delay, action);

    public void At(TimeSpan instant, Action action) => _plan.Enqueue(action, (Math.Max(instant.Ticks, _now), _number++));

    /// <summary>Goes on to the next thing that is planned and does it; false when nothing is planned.</summary>
    public bool Step()
    {
        if (!_plan.TryDequeue(out var action, out var moment))
        {
            return false;
        }

        _now = moment.At;
        action();
        return true;
    }

    private sealed class VirtualTimer : ITimer
    {
        private readonly VirtualTime _time;
        private readonly TimerCallback _callback;
        private readonly object? _state;
        private int _version;

        public VirtualTimer(VirtualTime time, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_time, _callback, _state) = (time, callback, state);
            Change(dueTime, period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _version++;
            Plan(dueTime, period, _version);
            return true;
        }

        public void Dispose() => _version++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Plan(TimeSpan delay, TimeSpan period, int version)
        {
            if (delay != Timeout.InfiniteTimeSpan)
            {
                _time.After(delay, () => Fire(period, version));
            }
        }

        private void Fire(TimeSpan period, int version)
        {
            if (version != _version)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                Plan(period, period, version);
            }

            _callback(_state);
        }
    }
}
