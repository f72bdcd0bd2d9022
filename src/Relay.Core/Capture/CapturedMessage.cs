using Relay.Core.Messages;

namespace Relay.Core.Capture;

/// <summary>One mail in an embedded mailbox, as lists show it.</summary>
/// <param name="Id">Its name; also the order of arrival.</param>
/// <param name="Group">The group of the mailbox.</param>
/// <param name="Upstream">The mailbox.</param>
/// <param name="Envelope">As the mailbox received it.</param>
/// <param name="Size">In bytes.</param>
/// <param name="Subject">Decoded; null when there is none that can be read.</param>
/// <param name="ReceivedAt">When it was kept.</param>
internal sealed record CapturedMessage(
    MessageId Id,
    string Group,
    string Upstream,
    Envelope Envelope,
    long Size,
    string? Subject,
    DateTimeOffset ReceivedAt
)
{
    private volatile bool _isRead;

    /// <summary>Whether somebody has opened it.</summary>
    public bool IsRead => _isRead;

    /// <summary>Whether subject, sender or a recipient contains a text, in any case.</summary>
    public bool Contains(string text) =>
        (Subject?.Contains(text, StringComparison.OrdinalIgnoreCase) ?? false)
        || Envelope.Sender.Text.Contains(text, StringComparison.OrdinalIgnoreCase)
        || Envelope.Recipients.Any(recipient => recipient.Path.Text.Contains(text, StringComparison.OrdinalIgnoreCase));

    /// <summary>Somebody has opened it; false when somebody had before.</summary>
    public bool MarkRead()
    {
        var isNew = !_isRead;
        _isRead = true;
        return isNew;
    }
}
