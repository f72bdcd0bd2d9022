namespace Relay.TestKit;

/// <summary>Waits for a condition that something outside the test brings about. The only place in the tests where time is waited for.</summary>
public static class Until
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <param name="condition">Looked at every few milliseconds.</param>
    /// <param name="what">Finishes the sentence "waited in vain until …".</param>
    /// <param name="within"><see cref="Patience"/> when null.</param>
    /// <exception cref="TimeoutException">It did not come true in time.</exception>
    public static Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null) =>
        TrueAsync(() => Task.FromResult(condition()), what, within);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string, TimeSpan?)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? within = null)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begin) > (within ?? Patience))
            {
                throw new TimeoutException($"Waited in vain until {what}.");
            }

            await Task.Delay(Interval, TimeProvider.System);
        }
    }
}
