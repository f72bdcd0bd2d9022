using System.Globalization;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>Tells other nodes that there is work, at most once in a while: a notice holds up the commits of all. Whoever misses one looks within a second anyway.</summary>
internal sealed class WorkNotices(TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    private long _toldAt = long.MinValue;

    /// <summary>The text of a notice that is due with these writes; null for none.</summary>
    public string? TakeFor(IReadOnlyList<WritePlan> plans)
    {
        if (!plans.Any(static plan => plan.IsWorkForOthers) || (_toldAt != long.MinValue && time.GetElapsedTime(_toldAt) < Interval))
        {
            return null;
        }

        _toldAt = time.GetTimestamp();
        return plans[0].Node.ToString(CultureInfo.InvariantCulture);
    }
}
