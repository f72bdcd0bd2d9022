using Relay.Core.Messages;

namespace Relay.Core.Spool;

/// <summary>A message to be stored, all of it in one commit.</summary>
internal sealed record SpoolEntry
{
    public required SpooledMessage Message { get; init; }

    /// <summary>The bytes; the caller holds a reference until the message is stored.</summary>
    public required MessageBody Body { get; init; }

    /// <summary>A row for each. Those that are active come back as leases of the one who stores them.</summary>
    public required IReadOnlyList<SpoolPart> Parts { get; init; }

    /// <summary>Recipients that have failed for good already.</summary>
    public IReadOnlyList<FailedRecipient> Failures { get; init; } = [];

    /// <summary>Attempts made before, for the history.</summary>
    public IReadOnlyList<AttemptRecord> Attempts { get; init; } = [];

    /// <summary>Messages that this one causes: bounces.</summary>
    public IReadOnlyList<SpoolEntry> Notices { get; init; } = [];

    /// <summary>One row, and nothing else that bears the message's name.</summary>
    public bool IsAlone => Parts.Count == 1 && Failures.Count == 0 && Attempts.Count == 0;
}

/// <summary>A recipient that will not get the message.</summary>
/// <param name="Recipient">Who.</param>
/// <param name="Reason">The last words of a server, or of Relay.</param>
internal sealed record FailedRecipient(EnvelopeRecipient Recipient, string Reason);
