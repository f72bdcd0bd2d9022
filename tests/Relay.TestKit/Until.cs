namespace Relay.TestKit;

/// <summary>Waits for a condition that something outside the test brings about. The only place in the tests where time is waited for.</summary>
public static class Until
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <exception cref="TimeoutException">It did not come true within <see cref="Patience"/>.</exception>
    public static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <inheritdoc cref="TrueAsync(Func{bool}, string)"/>
    public static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        var begin = TimeProvider.System.GetTimestamp();
        while (!await condition())
        {
            if (TimeProvider.System.GetElapsedTime(begin) > Patience)
            {
                throw new TimeoutException($"Waited in vain until {what}.");
            }

            await Task.Delay(Interval, TimeProvider.System);
        }
    }
}
