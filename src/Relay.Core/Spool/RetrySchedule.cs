using Relay.Core.Configuration;

namespace Relay.Core.Spool;

/// <summary>When a delivery is tried next. Pure: chance is injected.</summary>
internal static class RetrySchedule
{
    /// <summary>Part of a pause by which it is shorter or longer: what failed together must not come back together.</summary>
    private const double Jitter = 0.2;

    /// <param name="options">The pauses.</param>
    /// <param name="runs">Runs made so far, at least one.</param>
    /// <param name="random">Chance.</param>
    public static TimeSpan PauseAfter(RetryOptions options, int runs, Random random)
    {
        var pause = options.Schedule[Math.Clamp(runs - 1, 0, options.Schedule.Count - 1)];
        return Jittered(pause, random);
    }

    public static TimeSpan Jittered(TimeSpan pause, Random random) => pause * (1 + (Jitter * ((2 * random.NextDouble()) - 1)));
}
