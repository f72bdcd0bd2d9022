namespace Relay.Simulation.Engine;

/// <summary>The clock as one process sees it: its timers do not outlive it.</summary>
internal sealed class LifeTime(VirtualTime time, Life life) : TimeProvider
{
    public override long TimestampFrequency => time.TimestampFrequency;

    public override long GetTimestamp() => time.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => time.GetUtcNow();

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
