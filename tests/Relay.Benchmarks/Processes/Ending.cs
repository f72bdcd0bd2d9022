namespace Relay.Benchmarks.Processes;

/// <summary>Ends what was started. One that cannot be ended as it should must not leave the others running.</summary>
internal static class Ending
{
    /// <param name="started">The last first.</param>
    public static async ValueTask AllAsync(IEnumerable<IAsyncDisposable> started)
    {
        var failures = new List<Exception>();
        foreach (var one in started.Reverse())
        {
            try
            {
                await one.DisposeAsync();
            }
            catch (Exception failure)
            {
                failures.Add(failure);
            }
        }

        if (failures.Count > 0)
        {
            throw new AggregateException("Not everything was ended.", failures);
        }
    }
}
