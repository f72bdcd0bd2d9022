namespace Relay.TestKit;

/// <summary>Waits for a condition that something outside the test brings about. The only place in the tests where time is waited for.</summary>
public static class Until
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan ShortestInterval = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMilliseconds(50);

    /// <param name="condition">Looked at every few milliseconds, and less often the longer it takes.</param>
    /// <param name="what">Finishes the sentence "waited in vain until …".</param>
    /// <param name="within"><see cref="Patience"/> when null.</param>
    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, within);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)"/>
    public static Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null) =>
        TrueAsync(condition, IntervalAfter, what, within ?? Patience);

    /// <summary>Moves a clock on, or whatever it takes, and gives other threads a few milliseconds after each step, until something has come of it.</summary>
    /// <param name="condition">Looked at before each step.</param>
    /// <param name="step">How it is brought nearer.</param>
    /// <param name="what">Finishes the sentence "waited in vain until …".</param>
    /// <exception cref="TimeoutException">It did not come true within <see cref="Patience"/>.</exception>
    public static Task TrueByStepsAsync(Func<bool> condition, Action step, string what) =>
        TrueAsync(
            () =>
            {
                if (condition())
                {
                    return Task.FromResult(true);
                }

                step();
                return Task.FromResult(false);
            },
            static _ => ShortestInterval,
            what,
            Patience
        );

    private static async Task TrueAsync(Func<Task<bool>> condition, Func<TimeSpan, TimeSpan> interval, string what, TimeSpan within)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            var elapsed = TimeProvider.System.GetElapsedTime(begin);
            if (elapsed > within)
            {
                throw new TimeoutException($"Waited in vain until {what}.");
            }

            await Task.Delay(interval(elapsed), TimeProvider.System);
        }
    }

    // A look may cost a connection to a database or a request to a relay: whoever waits for seconds must not take the machine from those who work.
    private static TimeSpan IntervalAfter(TimeSpan elapsed)
    {
        var tenth = elapsed / 10;
        return tenth < ShortestInterval ? ShortestInterval
            : tenth > LongestInterval ? LongestInterval
            : tenth;
    }
}
