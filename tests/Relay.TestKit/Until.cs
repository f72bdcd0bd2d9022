namespace Relay.TestKit;

/// <summary>Waits for a condition, so that no test sleeps for a time somebody guessed.</summary>
public static class Until
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    /// <summary>Returns as soon as the condition holds.</summary>
    /// <param name="condition">Looked at every 10 ms.</param>
    /// <param name="what">Finishes the sentence "waited in vain until …".</param>
    /// <param name="within">30 seconds when null.</param>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task TrueAsync(Func<bool> condition, string what, TimeSpan? within = null)
    {
        var limit = within ?? TimeSpan.FromSeconds(30);
        var start = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(start) > limit)
            {
                throw new TimeoutException($"Waited in vain, for {limit}, until {what}.");
            }

            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
