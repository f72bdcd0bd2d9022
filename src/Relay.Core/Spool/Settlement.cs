using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>What becomes of a row after a run, all of it in one commit.</summary>
internal sealed record Settlement
{
    /// <summary>What is left: the first takes the place of the row, more become rows of their own. Empty: all recipients are settled, and the row goes.</summary>
    public IReadOnlyList<SpoolPart> Remaining { get; init; } = [];

    /// <summary>For the history.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    /// <summary>Kept as a record.</summary>
    public IReadOnlyList<FailedRecipient> Failures { get; init; } = [];

    /// <summary>Bounces and warnings.</summary>
    public IReadOnlyList<SpoolEntry> Notices { get; init; } = [];
}
