using System.Text;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Pickup;

/// <summary>What the fields of a file come to as an envelope, or why they come to none.</summary>
internal static class PickupEnvelope
{
    /// <returns>The sender and the recipients, or a sentence for whoever wrote the file.</returns>
    public static (MailPath? Sender, IReadOnlyList<EnvelopeRecipient> Recipients, string? Problem) Read(
        PickupHeader header,
        int mostRecipients
    )
    {
        if (header.Senders.Count != 1)
        {
            return (null, [], header.Senders.Count == 0 ? "There is no X-Sender field." : "There is more than one X-Sender field.");
        }

        if (header.Receivers.Count == 0 || header.Receivers.Count > mostRecipients)
        {
            return (
                null,
                [],
                header.Receivers.Count == 0 ? "There is no X-Receiver field." : $"There are more than {mostRecipients} X-Receiver fields."
            );
        }

        if (!TryRead(header.Senders[0], mayBeNull: true, out var sender))
        {
            return (null, [], $"X-Sender is not an address: {header.Senders[0].Trim()}");
        }

        List<EnvelopeRecipient> recipients = [];
        foreach (var text in header.Receivers)
        {
            if (!TryRead(text, mayBeNull: false, out var path))
            {
                return (null, [], $"X-Receiver is not an address: {text.Trim()}");
            }

            recipients.Add(new EnvelopeRecipient(path!));
        }

        return (sender, recipients, null);
    }

    /// <summary>With angle brackets or without; <c>&lt;&gt;</c> is the sender of bounces.</summary>
    private static bool TryRead(string text, bool mayBeNull, out MailPath? path)
    {
        path = null;
        var trimmed = text.Trim();
        var bracketed = trimmed.StartsWith('<') && trimmed.EndsWith('>') ? trimmed : $"<{trimmed}>";
        var isPath = PathParser.TryRead(Encoding.UTF8.GetBytes("TO:" + bracketed), "TO:"u8, out var inner, out var parameters);
        if (!isPath || !parameters.IsEmpty || (inner.IsEmpty && !(mayBeNull && trimmed.Length > 0)))
        {
            return false;
        }

        path = inner.IsEmpty ? MailPath.Null : new MailPath(Encoding.UTF8.GetString(inner));
        return true;
    }
}
