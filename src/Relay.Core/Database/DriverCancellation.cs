namespace Relay.Core.Database;

/// <summary>
/// A token for the driver of the database, cancelled in time or earlier. What the driver does wrong while it is told to stop ends nothing but its own work: thrown
/// by a timer, it would end the process. (Npgsql 10 throws a NullReferenceException there when its connection is breaking at the same moment.)
/// </summary>
internal sealed class DriverCancellation : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly ITimer _timer;
    private readonly CancellationTokenRegistration _earlier;

    /// <param name="patience">Until it is cancelled.</param>
    /// <param name="time">The clock.</param>
    /// <param name="earlier">Cancels it before.</param>
    public DriverCancellation(TimeSpan patience, TimeProvider time, CancellationToken earlier)
    {
        _timer = time.CreateTimer(static self => ((DriverCancellation)self!).Cancel(), this, patience, Timeout.InfiniteTimeSpan);
        _earlier = earlier.UnsafeRegister(static self => ((DriverCancellation)self!).Cancel(), this);
    }

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _timer.Dispose();
        _earlier.Dispose();
        _source.Dispose();
    }

    private void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (Exception failure) when (failure is AggregateException or ObjectDisposedException)
        {
            return; // those who wait are told by their own deadlines
        }
    }
}
