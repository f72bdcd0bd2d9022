using Relay.TestKit;

namespace Relay.Tests.Fixtures;

/// <summary>Time as a machine has it: one clock that only goes on, and one that somebody sets.</summary>
internal sealed class SteadyTime(TestClock steady) : TimeProvider
{
    /// <summary>By how much the clock that can be set is wrong.</summary>
    public TimeSpan Error { get; set; }

    public override long TimestampFrequency => steady.TimestampFrequency;

    public override long GetTimestamp() => steady.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => steady.GetUtcNow() + Error;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        steady.CreateTimer(callback, state, dueTime, period);
}
