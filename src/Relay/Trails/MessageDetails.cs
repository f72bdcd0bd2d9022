using Relay.Admin.Queue;
using Relay.Core.Telemetry.Trail;

namespace Relay.Trails;

/// <summary>All that is known of one message.</summary>
/// <param name="Message">As lists show it.</param>
/// <param name="Reply">What its client was told; null where that is not remembered.</param>
/// <param name="Recipients">A page of them, in the order of the envelope.</param>
/// <param name="NextRecipient">Place of the first recipient of the next page; null on the last.</param>
/// <param name="Attempts">The oldest first.</param>
/// <param name="Rows">What the spool holds of it.</param>
internal sealed record MessageDetails(
    MessageSummary Message,
    string? Reply,
    IReadOnlyList<RecipientItem> Recipients,
    int? NextRecipient,
    IReadOnlyList<AttemptItem> Attempts,
    IReadOnlyList<QueueItem> Rows
);

/// <summary>One recipient of a message.</summary>
/// <param name="Address">As the client named it.</param>
/// <param name="Status">One of <see cref="MessageStatus"/>.</param>
/// <param name="Reply">The reply that decided, or the last reason; null where none is known.</param>
/// <param name="Upstream">The server that said so; null when none did.</param>
/// <param name="At">When.</param>
/// <param name="NextAt">When it is tried again; null when it is not.</param>
internal sealed record RecipientItem(
    string Address,
    string Status,
    string? Reply,
    string? Upstream,
    DateTimeOffset At,
    DateTimeOffset? NextAt
);

/// <summary>One transaction, or more, with one server.</summary>
/// <param name="At">When it began.</param>
/// <param name="Group">Group of the server; empty where it is not known.</param>
/// <param name="Upstream">The server.</param>
/// <param name="Summary">What came of it.</param>
/// <param name="Milliseconds">How long it took.</param>
/// <param name="QueueId">The name that the server gave the message in its own queue; null when it told none.</param>
/// <param name="Dialogue">What was said; empty where that is not remembered, and where nothing was.</param>
internal sealed record AttemptItem(
    DateTimeOffset At,
    string Group,
    string Upstream,
    string Summary,
    double Milliseconds,
    string? QueueId,
    IReadOnlyList<DialogueLine> Dialogue
);
