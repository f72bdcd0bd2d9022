namespace Relay.Core.Messages;

/// <summary>
/// The bounds that all message bodies share: so much memory together, so much for each, the rest in temporary files.
/// A body that finds no memory goes to a file; it never waits for memory that another half-received body holds.
/// </summary>
public sealed class BodyStorage(long memoryLimit, string temporaryFolder, TimeProvider time)
{
    /// <summary>A body larger than this goes to a file even where memory is free: 1 MiB.</summary>
    public const int MemoryPerBody = 1024 * 1024;

    /// <summary>Disk space in bytes under which no new mail is taken: what lies in memory may have to go there.</summary>
    public const long LeastFreeDisk = 256L * 1024 * 1024;

    /// <summary>Bodies that write to the disk at the same time. More would not make it faster, and each holds a thread of the pool while the disk is slow.</summary>
    public const int WritersAtOnce = 4;

    private static readonly TimeSpan DiskCheckInterval = TimeSpan.FromSeconds(1);

    private long _memoryInUse;
    private long _diskCheckedAt;
    private volatile bool _isDiskLow;

    public string TemporaryFolder { get; } = temporaryFolder;

    /// <summary>Bytes of pooled memory that bodies hold now.</summary>
    public long MemoryInUse => Interlocked.Read(ref _memoryInUse);

    /// <summary>Whether a new message may be begun: there is disk for it to spill to. Asked at MAIL; looks at the disk at most once a second.</summary>
    public bool HasRoomForMore
    {
        get
        {
            var checkedAt = Interlocked.Read(ref _diskCheckedAt);
            var isDue = checkedAt == 0 || time.GetElapsedTime(checkedAt) > DiskCheckInterval;
            if (isDue && Interlocked.CompareExchange(ref _diskCheckedAt, time.GetTimestamp(), checkedAt) == checkedAt)
            {
                _isDiskLow = IsDiskLow();
            }

            return !_isDiskLow;
        }
    }

    /// <summary>Whether a body that needs more memory may find none.</summary>
    internal bool IsMemorySpent => Interlocked.Read(ref _memoryInUse) > memoryLimit - MessageBodyWriter.FurtherBlock;

    /// <summary>The turns at the disk, given in order of arrival: a small message waits for one write of each of the others, not for their ends.</summary>
    internal SemaphoreSlim DiskTurns { get; } = new(WritersAtOnce);

    public MessageBodyWriter CreateWriter() => new(this);

    /// <summary>Takes <paramref name="bytes"/> from the common bound; false when it is spent.</summary>
    internal bool TryReserve(int bytes)
    {
        if (Interlocked.Add(ref _memoryInUse, bytes) <= memoryLimit)
        {
            return true;
        }

        Interlocked.Add(ref _memoryInUse, -bytes);
        return false;
    }

    internal void Release(int bytes) => Interlocked.Add(ref _memoryInUse, -bytes);

    private bool IsDiskLow()
    {
        try
        {
            return new DriveInfo(TemporaryFolder).AvailableFreeSpace < LeastFreeDisk;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
