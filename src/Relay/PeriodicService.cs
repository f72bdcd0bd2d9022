namespace Relay;

/// <summary>Looks at something again and again, for as long as the process runs.</summary>
/// <param name="interval">Between two looks, and before the first.</param>
/// <param name="time">The clock.</param>
internal abstract class PeriodicService(TimeSpan interval, TimeProvider time) : BackgroundService
{
    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            Begin();
            using var timer = new PeriodicTimer(interval, time);
            while (await timer.WaitForNextTickAsync(stoppingToken) && Look()) { }
        }
        catch (OperationCanceledException)
        {
            // The process ends, or has not come to its start: nothing to tell.
        }
    }

    /// <summary>Notes how things are at the start, from which <see cref="Look"/> tells changes.</summary>
    protected virtual void Begin() { }

    /// <summary>False when there is nothing to look at again.</summary>
    protected abstract bool Look();
}
