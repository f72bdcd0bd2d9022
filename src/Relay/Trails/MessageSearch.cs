using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;

namespace Relay.Trails;

/// <summary>Which recent messages are wanted; what is null does not matter. Texts are parts of what they are compared with, in any case.</summary>
internal sealed record MessageSearch
{
    public MessageId? Id { get; init; }

    public string? Sender { get; init; }

    public string? Recipient { get; init; }

    /// <summary>Of the field Message-ID, with or without its angle brackets.</summary>
    public string? MessageIdField { get; init; }

    /// <summary>The whole name that a server gave the message in its own queue.</summary>
    public string? QueueId { get; init; }

    /// <summary>Name of a server that was asked.</summary>
    public string? Upstream { get; init; }

    /// <summary>One of <see cref="MessageStatus"/>.</summary>
    public string? Status { get; init; }

    /// <summary>Any of sender, recipient, Message-ID, the server's queue id, and Relay's own id.</summary>
    public string? Text { get; init; }

    /// <summary>Whether the spool's records can answer it: they know neither Message-IDs nor who was asked.</summary>
    public bool IsForSpool => MessageIdField is null && QueueId is null && Upstream is null;

    public bool Matches(TrailEntry entry) =>
        (Id is null || entry.Id == Id)
        && (Sender is null || Has(entry.Envelope.Sender.Text, Sender))
        && (Recipient is null || HasRecipient(entry.Envelope, Recipient))
        && (MessageIdField is null || Has(entry.MessageIdField, MessageIdField.Trim('<', '>', ' ')))
        && (QueueId is null || HasQueueId(entry, QueueId))
        && (
            Upstream is null || entry.Attempts.Any(attempt => string.Equals(attempt.Upstream, Upstream, StringComparison.OrdinalIgnoreCase))
        )
        && (Text is null || MatchesText(entry, Text));

    public bool Matches(SpooledMessage message) =>
        (Id is null || message.Id == Id)
        && (Sender is null || Has(message.Envelope.Sender.Text, Sender))
        && (Recipient is null || HasRecipient(message.Envelope, Recipient))
        && (Text is null || MatchesText(message.Id, message.Envelope, Text));

    private static bool MatchesText(TrailEntry entry, string text) =>
        MatchesText(entry.Id, entry.Envelope, text) || Has(entry.MessageIdField, text.Trim('<', '>', ' ')) || HasQueueId(entry, text);

    private static bool MatchesText(MessageId id, Envelope envelope, string text) =>
        Has(envelope.Sender.Text, text) || HasRecipient(envelope, text) || (MessageId.TryParse(text, out var other) && other == id);

    private static bool HasRecipient(Envelope envelope, string text) =>
        envelope.Recipients.Any(recipient => Has(recipient.Path.Text, text));

    private static bool HasQueueId(TrailEntry entry, string id) =>
        entry.Outcomes.Any(outcome => outcome.Reply is { IsPositive: true } reply && UpstreamQueueId.IsNamed(reply.Text, id))
        || entry.Attempts.Any(attempt => UpstreamQueueId.IsNamed(attempt.Summary, id));

    private static bool Has(string? text, string part) => text?.Contains(part, StringComparison.OrdinalIgnoreCase) ?? false;
}
