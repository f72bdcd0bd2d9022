using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Telemetry.Trail;

namespace Relay.Trails;

/// <summary>A recent message as lists show it.</summary>
/// <param name="Id">Relay's own name for it.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="ChangedAt">When something last happened to it.</param>
/// <param name="Status">One of <see cref="MessageStatus"/>.</param>
/// <param name="Sender">Empty for bounces.</param>
/// <param name="Recipients">The first few.</param>
/// <param name="RecipientCount">All of them.</param>
/// <param name="MessageId">The field Message-ID without its angle brackets; null where it is not known.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Listener">Where it came in; <c>(relay)</c> for what Relay writes itself.</param>
/// <param name="Client">The client's address; null for a unix socket.</param>
/// <param name="User">As whom the client logged in; null when it did not.</param>
/// <param name="Group">The group that was asked last; empty where none was.</param>
/// <param name="Upstream">The server that was asked last; null where none was.</param>
/// <param name="Attempts">Servers asked, as far as it is remembered.</param>
/// <param name="LastWord">What was last said of it.</param>
/// <param name="NextAt">When it is tried again; null when it is not.</param>
internal sealed record MessageSummary(
    string Id,
    DateTimeOffset ReceivedAt,
    DateTimeOffset ChangedAt,
    string Status,
    string Sender,
    IReadOnlyList<string> Recipients,
    int RecipientCount,
    string? MessageId,
    long Size,
    string Listener,
    string? Client,
    string? User,
    string Group,
    string? Upstream,
    int Attempts,
    string LastWord,
    DateTimeOffset? NextAt
)
{
    /// <summary>Recipients that a list shows of each message.</summary>
    private const int ShownRecipients = 5;

    /// <param name="entries">All that is remembered of one message, the oldest first; at least one.</param>
    public static MessageSummary Of(IReadOnlyList<TrailEntry> entries)
    {
        var (first, last) = (entries[0], entries[^1]);
        var attempt = entries.LastOrDefault(static entry => entry.Attempts.Count > 0)?.Attempts[^1];
        return new MessageSummary(
            first.Id.ToString(),
            first.Id.ReceivedAt,
            last.At,
            MessageStatus.Of(entries),
            first.Envelope.Sender.Text,
            Names(first.Envelope),
            first.Envelope.Recipients.Count,
            entries.Select(static entry => entry.MessageIdField).FirstOrDefault(static id => id is not null),
            first.Size,
            first.Origin.Listener,
            first.Origin.Client?.ToString(),
            first.Origin.User,
            attempt?.Group ?? "",
            attempt?.Upstream,
            entries.Sum(static entry => entry.Attempts.Count),
            last.Reply?.ToString() ?? attempt?.Summary ?? "",
            last.NextAt
        );
    }

    /// <param name="rows">All rows of one message; at least one.</param>
    public static MessageSummary Of(IReadOnlyList<SpooledDelivery> rows)
    {
        var (message, part) = (rows[0].Message, rows[0].Part);
        return new MessageSummary(
            message.Id.ToString(),
            message.ReceivedAt,
            message.ReceivedAt,
            MessageStatus.Of(rows),
            message.Envelope.Sender.Text,
            Names(message.Envelope),
            message.Envelope.Recipients.Count,
            null,
            message.Size,
            message.Origin.Listener,
            message.Origin.Client?.ToString(),
            message.Origin.User,
            part.Group,
            part.Upstream,
            rows.Max(static row => row.Part.Runs),
            part.Reason,
            part.State == SpoolState.Failed ? null : part.DueAt
        );
    }

    private static IReadOnlyList<string> Names(Envelope envelope) =>
        [.. envelope.Recipients.Take(ShownRecipients).Select(static recipient => recipient.Path.Text)];
}
