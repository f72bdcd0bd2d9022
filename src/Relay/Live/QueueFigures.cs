using Relay.Core.Spool;

namespace Relay.Live;

/// <summary>What is in the spool.</summary>
/// <param name="Waiting">Tried when due.</param>
/// <param name="Active">Being tried.</param>
/// <param name="Held">Until somebody decides.</param>
/// <param name="Uncertain">May have been delivered.</param>
/// <param name="Failed">Records of what failed for good.</param>
/// <param name="Bytes">Of all bodies.</param>
/// <param name="OldestSeconds">Age of the oldest that is still to be delivered; 0 when there is none.</param>
/// <param name="Trouble">Why it takes nothing at present; null while all is well.</param>
internal sealed record QueueFigures(
    int Waiting,
    int Active,
    int Held,
    int Uncertain,
    int Failed,
    long Bytes,
    double OldestSeconds,
    string? Trouble
)
{
    public static QueueFigures Of(IMessageSpool spool, DateTimeOffset now)
    {
        var statistics = spool.Statistics;
        var age = statistics.OldestAt is { } oldest ? now - oldest : TimeSpan.Zero;
        return new QueueFigures(
            statistics.Waiting,
            statistics.Active,
            statistics.Held,
            statistics.Uncertain,
            statistics.Failed,
            statistics.Bytes,
            Math.Max(0, Math.Round(age.TotalSeconds)),
            spool is NoSpool ? null : spool.Condition.WhyBroken ?? spool.Condition.WhyFull
        );
    }
}
