using Relay.Core.Messages;

namespace Relay.Core.Telemetry.Trail;

/// <summary>
/// One thing that happened to a message: its client was answered, or the spool made a run. As it happens it refers to what is there anyway; read
/// from the trail it is a copy of its own.
/// </summary>
internal sealed record TrailEntry
{
    public required MessageId Id { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>As it came, with all its recipients.</summary>
    public required Envelope Envelope { get; init; }

    public required MessageOrigin Origin { get; init; }

    /// <summary>Bytes of the message.</summary>
    public required long Size { get; init; }

    /// <summary>Without its angle brackets; null where it is not known.</summary>
    public string? MessageIdField { get; init; }

    /// <summary>Whom it is about: all, or those of the spool's run.</summary>
    public required IReadOnlyList<EnvelopeRecipient> Recipients { get; init; }

    /// <summary>What became of each of them.</summary>
    public required IReadOnlyList<RecipientOutcome> Outcomes { get; init; }

    /// <summary>In the order in which they ended.</summary>
    public required IReadOnlyList<AttemptRecord> Attempts { get; init; }

    /// <summary>What the client was told; null for a run of the spool.</summary>
    public SmtpReply? Reply { get; init; }

    /// <summary>The spool answers for it, or for some of it.</summary>
    public bool IsStored { get; init; }

    /// <summary>When those that are left are tried again; null when none are.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>A run after which some recipients are not tried any more.</summary>
    public bool IsGivenUp { get; init; }

    /// <summary>Whether it is about the answer to the client.</summary>
    public bool IsAnswer => Reply is not null;

    /// <summary>That it takes in the memory of the trail; 0 for one that has just happened.</summary>
    public int Bytes { get; init; }
}
