using Microsoft.Extensions.Logging;

namespace Relay.Core.Upstreams.Pace;

/// <summary>
/// Keeps the long windows of one account on disk: what may be taken is reserved in blocks before it is, and the next block is fetched while there is still some left. A
/// message waits for the disk only when a block was used up faster than the disk writes.
/// </summary>
/// <param name="account">Its name in the store.</param>
/// <param name="store">Where it is written down.</param>
/// <param name="startedAt">Timestamp of the start of the process.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Is told when it cannot be written, and when it can again.</param>
/// <param name="workers">Where it is written.</param>
internal sealed partial class AccountQuotas(
    string account,
    IQuotaStore store,
    long startedAt,
    TimeProvider time,
    ILogger logger,
    TaskScheduler workers
) : IAccountBook
{
    /// <summary>
    /// Windows from this length on are written down. To write shorter ones would take a disk of their own: they count as used up when the process starts, since
    /// the one before may have ended that moment.
    /// </summary>
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lazy<(QuotaRecord? Record, string? Damage)> _earlier = new(() => ReadEarlier(account, store));
    private readonly Lock _file = new();
    private bool _isWriting;
    private bool _isClosed;
    private long _retryAt;
    private volatile string? _trouble;

    /// <summary>Why nothing can be reserved; null while it can.</summary>
    public string? Trouble => _trouble;

    /// <summary>A window is new in this process: it goes on with what the one before has written down of it.</summary>
    public void BeginUnderLock(PaceAccount owner, RateWindow window)
    {
        var now = time.GetTimestamp();
        if (window.Length < Shortest)
        {
            window.UseUp(startedAt);
            return;
        }

        var (record, damage) = _earlier.Value;
        var ofWindow = record?.Windows.FirstOrDefault(written =>
            written.Length == window.Length && written.CountsRecipients == window.CountsRecipients
        );
        window.BeginDurable(ofWindow, record is null ? TimeSpan.Zero : Since(record, now), now);
        if (damage is not null)
        {
            LogDamaged(account, damage);
            window.UseUp(now);
        }
    }

    /// <summary>Reserves more, beside whoever asks. Called under the lock of the account; one at a time.</summary>
    public void WriteUnderLock(PaceAccount owner, List<RateWindow> windows)
    {
        if (!_isWriting && !_isClosed && time.GetTimestamp() >= _retryAt)
        {
            _isWriting = true;
            _ = Task.Factory.StartNew(() => Write(owner, windows), CancellationToken.None, TaskCreationOptions.DenyChildAttach, workers);
        }
    }

    /// <summary>Writes down what was really used.</summary>
    public void Close(PaceAccount owner, List<RateWindow> windows)
    {
        QuotaRecord record;
        lock (owner.Lock)
        {
            if (_isClosed || !windows.Exists(static window => window.IsDurable))
            {
                return;
            }

            _isClosed = true;
            (record, _) = RecordUnderLock(windows, isLast: true);
        }

        try
        {
            lock (_file)
            {
                store.Write(account, record);
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            LogNotWritten(account, failure.Message); // the record before stands, and reserves more than was used
        }
    }

    private void Write(PaceAccount owner, List<RateWindow> windows)
    {
        try
        {
            lock (_file)
            {
                QuotaRecord record;
                List<(RateWindow Window, long Added)> added;
                lock (owner.Lock)
                {
                    if (_isClosed)
                    {
                        return;
                    }

                    (record, added) = RecordUnderLock(windows, isLast: false);
                }

                store.Write(account, record);
                lock (owner.Lock)
                {
                    Granted(added);
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            lock (owner.Lock)
            {
                Failed(windows, failure.Message);
            }
        }
        finally
        {
            lock (owner.Lock)
            {
                _isWriting = false;
            }
        }

        owner.TellOfRoom();
    }

    private (QuotaRecord Record, List<(RateWindow Window, long Added)> Added) RecordUnderLock(List<RateWindow> windows, bool isLast)
    {
        var now = time.GetTimestamp();
        List<WindowRecord> records = [];
        List<(RateWindow Window, long Added)> added = [];
        foreach (var window in windows.Where(static window => window.IsDurable))
        {
            records.Add(window.Record(now, isLast, out var more));
            added.Add((window, more));
        }

        return (new QuotaRecord(time.GetUtcNow(), now, records), added);
    }

    private void Granted(List<(RateWindow Window, long Added)> added)
    {
        foreach (var (window, more) in added)
        {
            window.Grant(more);
            window.Trouble = null;
        }

        if (_trouble is not null)
        {
            _trouble = null;
            LogWritten(account);
        }
    }

    private void Failed(List<RateWindow> windows, string why)
    {
        _retryAt = time.GetTimestamp() + (long)(Pause.TotalSeconds * time.TimestampFrequency);
        if (_trouble is null)
        {
            LogNotWritten(account, why);
        }

        _trouble = $"its quota cannot be written down: {why}";
        windows.ForEach(window => window.Trouble = _trouble);
    }

    /// <summary>
    /// The clock of the machine may have been set meanwhile. As long as the machine has not started again there is one that cannot be; otherwise a time in the future counts
    /// as now, and one that was set forward gives a window back once.
    /// </summary>
    private TimeSpan Since(QuotaRecord record, long now)
    {
        var since =
            record.Boot is not null && record.Monotonic <= now ? time.GetElapsedTime(record.Monotonic, now) : time.GetUtcNow() - record.At;
        return since > TimeSpan.Zero ? since : TimeSpan.Zero;
    }

    private static (QuotaRecord? Record, string? Damage) ReadEarlier(string account, IQuotaStore store)
    {
        try
        {
            return (store.Read(account), null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, failure.Message);
        }
    }

    [LoggerMessage(
        EventId = 340,
        EventName = "QuotaNotWritten",
        Level = LogLevel.Error,
        Message = "What upstream {Account} has used of its rates cannot be written down, and nothing more is sent there when the reserve is used up: {Reason}"
    )]
    private partial void LogNotWritten(string account, string reason);

    [LoggerMessage(
        EventId = 341,
        EventName = "QuotaWritten",
        Level = LogLevel.Information,
        Message = "The rates of upstream {Account} can be written down again"
    )]
    private partial void LogWritten(string account);

    [LoggerMessage(
        EventId = 342,
        EventName = "QuotaDamaged",
        Level = LogLevel.Error,
        Message = "Nobody knows what upstream {Account} has used of its rates; they count as used up now: {Reason}"
    )]
    private partial void LogDamaged(string account, string reason);
}
