namespace Relay.Core.Upstreams.Health;

/// <summary>When the next check of a server is due, and whether one is running: never two of one server at a time.</summary>
internal sealed class CheckTimes
{
    private int _isRunning;

    /// <summary>A timestamp; 0 before the first.</summary>
    public long Next { get; set; }

    public bool IsRunning => Volatile.Read(ref _isRunning) != 0;

    public bool TryBegin() => Interlocked.Exchange(ref _isRunning, 1) == 0;

    public void End() => Volatile.Write(ref _isRunning, 0);
}
