using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>What becomes of a row after a run, all of it in one commit.</summary>
internal sealed record Settlement
{
    /// <summary>What is left: the first takes the place of the row, more become rows of their own. Empty: all recipients are settled, and the row goes.</summary>
    /// <exception cref="ArgumentException">One of them is active: nobody would work on it, and it would never be claimed.</exception>
    public IReadOnlyList<SpoolPart> Remaining
    {
        get;
        init =>
            field = value.All(static part => part.State != SpoolState.Active)
                ? value
                : throw new ArgumentException("What is left cannot be active: the lease ends.", nameof(value));
    } = [];

    /// <summary>For the history.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    /// <summary>Kept as a record.</summary>
    public IReadOnlyList<FailedRecipient> Failures { get; init; } = [];

    /// <summary>Bounces and warnings.</summary>
    public IReadOnlyList<SpoolEntry> Notices { get; init; } = [];
}
