namespace Relay.Core.Upstreams.Pace;

/// <summary>What an account had used when it was written down, and what it may use until it is written down again.</summary>
/// <param name="At">When, by the clock of the machine.</param>
/// <param name="Monotonic">The same by the clock that nobody sets (<see cref="TimeProvider.GetTimestamp"/>): it counts on from process to process until the machine starts again.</param>
/// <param name="Windows">Each of its windows that are written down.</param>
internal sealed record QuotaRecord(DateTimeOffset At, long Monotonic, IReadOnlyList<WindowRecord> Windows)
{
    /// <summary>Which start of the machine that was; null where it is not known, and the clock that can be set has to do.</summary>
    public string? Boot { get; init; }
}

/// <summary>One window of an account.</summary>
/// <param name="CountsRecipients">Recipients are counted, not messages.</param>
/// <param name="Length">Of the window.</param>
/// <param name="Reserved">May have been used since: counts as used at the latest moment that is possible.</param>
/// <param name="Used">Age at the time of the record, and how many; the oldest first.</param>
internal sealed record WindowRecord(bool CountsRecipients, TimeSpan Length, long Reserved, IReadOnlyList<(TimeSpan Age, long Count)> Used);
