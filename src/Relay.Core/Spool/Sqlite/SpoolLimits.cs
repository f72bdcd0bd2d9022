using Relay.Core.Configuration;

namespace Relay.Core.Spool.Sqlite;

/// <summary>Whether there is room for more, and whether the last writes worked. The disk is looked at once a second at most.</summary>
internal sealed class SpoolLimits(SpoolOptions options, SqliteSpool spool, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long _checkedAt;
    private volatile SpoolCondition _condition = SpoolCondition.Good;

    public SpoolCondition Condition
    {
        get
        {
            var checkedAt = Interlocked.Read(ref _checkedAt);
            var isDue = checkedAt == 0 || time.GetElapsedTime(checkedAt) > Interval || IsOverCount;
            if (isDue && Interlocked.CompareExchange(ref _checkedAt, time.GetTimestamp(), checkedAt) == checkedAt)
            {
                Look();
            }

            return _condition;
        }
    }

    private bool IsOverCount => options.MaximumMessages > 0 && spool.Statistics.Deliveries >= options.MaximumMessages;

    private void Look()
    {
        _condition = new SpoolCondition(WhyFull(), spool.Trouble);
        if (spool.Trouble is not null)
        {
            _ = TryAgainAsync(); // nobody else would find out that it works again: nothing is stored meanwhile
        }
    }

    private string? WhyFull()
    {
        if (IsOverCount)
        {
            return $"the spool holds {spool.Statistics.Deliveries} messages";
        }

        if (options.MaximumSize > 0 && spool.Statistics.Bytes >= options.MaximumSize)
        {
            return $"the spool holds {spool.Statistics.Bytes} bytes";
        }

        return IsDiskLow() ? "the disk of the spool is nearly full" : null;
    }

    private bool IsDiskLow()
    {
        try
        {
            return options.MinimumFree > 0 && new DriveInfo(Path.GetDirectoryName(options.Path)!).AvailableFreeSpace < options.MinimumFree;
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task TryAgainAsync()
    {
        try
        {
            await spool.ProbeAsync();
        }
        catch (SpoolUnavailableException)
        {
            return; // as before
        }
    }
}
