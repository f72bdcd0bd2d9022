using System.Globalization;
using MimeKit.Utils;

namespace Relay.Core.Spool.Bounces;

/// <summary>The part of a notice that people read.</summary>
internal static class NoticeText
{
    private const string Indent = "    ";

    public static string Write(Notice notice)
    {
        var text = new NoticeWriter(notice.IsInternational);
        text.Paragraph($"This is the mail system at {notice.HostName}.").Line();
        text.Paragraph(Introduction(notice)).Line();
        foreach (var recipient in notice.Recipients)
        {
            text.Paragraph($"<{recipient.Recipient.Path.Mailbox}>", "  ");
            WriteWhatHappened(text, notice.Kind, recipient);
            text.Line();
        }

        text.Paragraph($"The message was received {DateUtils.FormatDate(notice.ArrivedAt)} and is known here as {notice.MessageId}.");
        return text.ToString();
    }

    public static string Subject(NoticeKind kind) =>
        kind switch
        {
            NoticeKind.Failed => "Your message could not be delivered",
            NoticeKind.Delayed => "Your message is delayed",
            _ => "Your message was passed on",
        };

    private static string Introduction(Notice notice) =>
        notice.Kind switch
        {
            NoticeKind.Failed when notice.Recipients.All(recipient => recipient.IsUnconfirmed) =>
                "Delivery of your message to the recipients below could not be confirmed. It will not be tried again.",
            NoticeKind.Failed => "Your message could not be delivered to the recipients below. It will not be tried again.",
            NoticeKind.Delayed when notice.RetryUntil is { } until =>
                "Your message has not been delivered to the recipients below yet. You need not send it again: "
                    + $"it will be tried until {DateUtils.FormatDate(until)}.",
            NoticeKind.Delayed =>
                "Your message has not been delivered to the recipients below yet. You need not send it again: it will be tried further.",
            _ => "Your message was passed on to a server that does not report deliveries. You will not hear of its delivery to the "
                + "recipients below; should it fail, that server may tell you.",
        };

    private static void WriteWhatHappened(NoticeWriter text, NoticeKind kind, NoticeRecipient recipient)
    {
        var server = recipient.Upstream is { } upstream ? $"server {upstream}" : "the server";
        if (recipient.IsUnconfirmed)
        {
            text.Paragraph(
                "Delivery could not be confirmed: the message was sent whole once, and the server never said whether it took it. "
                    + "The recipient may have got it.",
                Indent
            );
        }

        if (recipient.Reply is { } reply)
        {
            text.Paragraph(string.Create(CultureInfo.InvariantCulture, $"{server} said: {StatusFields.OneLine(reply)}"), Indent);
        }
        else if (!recipient.IsUnconfirmed && kind != NoticeKind.Relayed)
        {
            text.Paragraph(
                kind == NoticeKind.Failed ? "No server could be asked in time." : "No server gave an answer at the last try.",
                Indent
            );
        }
    }
}
