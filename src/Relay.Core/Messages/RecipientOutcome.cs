namespace Relay.Core.Messages;

/// <summary>What became of one recipient.</summary>
/// <param name="Kind">The verdict.</param>
/// <param name="Reply">The reply that decided, null when none came.</param>
/// <param name="Upstream">The server that decided, null when none was asked.</param>
public readonly record struct RecipientOutcome(OutcomeKind Kind, SmtpReply? Reply, string? Upstream)
{
    /// <summary>Deferred, since nobody who could take it has room within the pace that its provider allows: when that will be. Null where it waits for something else.</summary>
    public DateTimeOffset? RoomAt { get; init; }
}

/// <summary>Temporary unless proven permanent: <see cref="Deferred"/> is the default on purpose.</summary>
public enum OutcomeKind
{
    /// <summary>Will be tried again: by Relay if the message is spooled, by the client otherwise.</summary>
    Deferred,

    /// <summary>An upstream accepted the message for this recipient.</summary>
    Delivered,

    /// <summary>Will not be tried again.</summary>
    Rejected,

    /// <summary>The final dot went out and no reply came: it may have been delivered.</summary>
    Uncertain,
}
