using Relay.Core.Database;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Why the spool cannot be written at present, and for how long nobody tries.</summary>
/// <param name="time">The clock.</param>
internal sealed class WriterTrouble(TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private long _failedAt = long.MinValue;

    /// <summary>A write found no room on the database's disk; told why before it is told itself.</summary>
    public event Action<string>? FoundDiskFull;

    /// <summary>Why the last write failed; null when it did not.</summary>
    public string? Why { get; private set; }

    /// <summary>It failed a moment ago: those that wait in line do not each try to connect.</summary>
    public bool IsPausing => _failedAt != long.MinValue && time.GetElapsedTime(_failedAt) < Pause;

    public void End()
    {
        Why = null;
        _failedAt = long.MinValue;
    }

    /// <summary>In words. What comes during a pause does not make it longer.</summary>
    public string Begin(Exception failure)
    {
        var cause = (failure as BatchRefusedException)?.InnerException ?? failure;
        TellIfDiskFull(cause);
        _failedAt = IsPausing ? _failedAt : time.GetTimestamp();
        return Why = DatabaseTrouble.Describe(cause);
    }

    public void TellIfDiskFull(Exception? cause)
    {
        if (cause is not null && DatabaseTrouble.IsDiskFull(cause))
        {
            FoundDiskFull?.Invoke(DatabaseTrouble.Describe(cause));
        }
    }
}
