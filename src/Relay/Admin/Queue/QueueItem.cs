using Relay.Core.Spool;

namespace Relay.Admin.Queue;

/// <summary>A row of the spool as lists show it: a message on its way to one group, or the record of what failed.</summary>
/// <param name="Row">Number of the row; the <c>after</c> of a list.</param>
/// <param name="Id">The message; several rows may belong to it.</param>
/// <param name="State">See <see cref="QueueStates"/>.</param>
/// <param name="Group">Empty as long as the routes have not been asked where it goes, and for records.</param>
/// <param name="Sender">Empty for bounces.</param>
/// <param name="Recipients">Those that are not settled yet.</param>
/// <param name="Size">Bytes of the message.</param>
/// <param name="ReceivedAt">When the message came.</param>
/// <param name="DueAt">When it is tried next.</param>
/// <param name="ExpiresAt">When it is given up, or the record forgotten.</param>
/// <param name="Runs">Runs in which a server could be asked.</param>
/// <param name="Upstream">The server that may have it already; null when none may.</param>
/// <param name="Reason">The last word about it.</param>
internal sealed record QueueItem(
    long Row,
    string Id,
    string State,
    string Group,
    string Sender,
    IReadOnlyList<string> Recipients,
    long Size,
    DateTimeOffset ReceivedAt,
    DateTimeOffset DueAt,
    DateTimeOffset ExpiresAt,
    int Runs,
    string? Upstream,
    string Reason
)
{
    public static QueueItem Of(SpooledDelivery delivery)
    {
        var (message, part) = (delivery.Message, delivery.Part);
        return new QueueItem(
            delivery.Row,
            message.Id.ToString(),
            QueueStates.TextOf(part.State),
            part.Group,
            message.Envelope.Sender.Text,
            [.. part.Recipients.Select(static recipient => recipient.Path.Text)],
            message.Size,
            message.ReceivedAt,
            part.DueAt,
            part.ExpiresAt,
            part.Runs,
            part.Upstream,
            part.Reason
        );
    }
}
