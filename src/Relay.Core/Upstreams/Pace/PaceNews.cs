namespace Relay.Core.Upstreams.Pace;

/// <summary>Tells the changes of a pace that an operator should read of from the many that it goes through: it is new, twice or half of what was reported, or gone.</summary>
internal sealed class PaceNews(TimeProvider time)
{
    private static readonly TimeSpan LeastBetweenReports = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private long _reportedAt;
    private double? _reported;

    /// <summary>Whether to report it; it is taken to be reported then.</summary>
    /// <param name="perSecond">The pace; null while there is none.</param>
    public bool IsNews(double? perSecond)
    {
        if (perSecond is null && Volatile.Read(ref _reportedAt) == 0)
        {
            return false;
        }

        lock (_lock)
        {
            var isLittleChange =
                perSecond is { } now && _reported is { } before
                    ? now < 2 * before && now > before / 2
                    : perSecond is null && _reported is null;
            if (isLittleChange || (_reportedAt != 0 && time.GetElapsedTime(_reportedAt) < LeastBetweenReports))
            {
                return false;
            }

            _reported = perSecond;
            _reportedAt = perSecond is null ? 0 : time.GetTimestamp();
            return true;
        }
    }
}
