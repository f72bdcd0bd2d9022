namespace Relay.Simulation.Engine;

/// <summary>Time as one process sees it: its timers do not outlive it, its timestamps may begin anew with it, and its clock may be set.</summary>
internal sealed class LifeTime(VirtualTime time, Life life, WallClock? clock = null) : TimeProvider
{
    // A machine that starts anew counts from its start; what a process before it has noted means nothing then.
    private readonly long _start = clock is null ? 0 : time.GetTimestamp() - 1;

    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp() - _start;

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow() + (clock?.Offset ?? TimeSpan.Zero);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = time.CreateTimer(
            state =>
            {
                if (!life.IsOver)
                {
                    callback(state);
                }
            },
            state,
            dueTime,
            period
        );
        life.AtEnd(timer.Dispose);
        return timer;
    }
}
