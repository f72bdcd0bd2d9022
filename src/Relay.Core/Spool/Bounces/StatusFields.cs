using System.Buffers;
using MimeKit.Utils;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>The part of a notice that programs read: the fields of RFC 3464 §2, or of RFC 6533 §4 where an address is not ASCII.</summary>
internal static class StatusFields
{
    /// <summary>Characters of a reply that are told; servers that say more say it again.</summary>
    private const int LongestReply = 1000;

    private static readonly SearchValues<char> HostNameCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."
    );

    public static string Write(Notice notice)
    {
        var fields = new NoticeWriter(notice.IsInternational);
        if (notice.Envelope.EnvelopeId is { } envelopeId)
        {
            fields.Field("Original-Envelope-Id", Xtext.Decode(envelopeId));
        }

        fields.Field("Reporting-MTA", $"dns; {notice.HostName}");
        fields.Field("Arrival-Date", DateUtils.FormatDate(notice.ArrivedAt));
        foreach (var recipient in notice.Recipients)
        {
            // RFC 3464 §2.1: an empty line before each group of fields.
            fields.Line();
            WriteRecipient(fields, notice, recipient);
        }

        return fields.ToString();
    }

    /// <summary>The reply on one line of bounded length.</summary>
    public static string OneLine(SmtpReply reply)
    {
        var line = reply.ToString();
        return line.Length <= LongestReply ? line : line[..LongestReply] + "...";
    }

    // The order is that of RFC 3464 §2.3.
    private static void WriteRecipient(NoticeWriter fields, Notice notice, NoticeRecipient recipient)
    {
        var path = recipient.Recipient.Path;
        if (OriginalRecipient.Read(recipient.Recipient.OriginalRecipient) is { } original)
        {
            fields.Field("Original-Recipient", original);
        }

        fields.Field("Final-Recipient", $"{(path.IsAscii ? "rfc822" : "utf-8")}; {path.Mailbox}");
        fields.Field("Action", Action(notice.Kind));
        fields.Field("Status", NoticeStatus.Of(notice.Kind, recipient).ToString());
        if (recipient.Reply is { } reply)
        {
            WriteReply(fields, recipient.Upstream, reply);
        }

        if (recipient.AttemptedAt is { } attemptedAt)
        {
            fields.Field("Last-Attempt-Date", DateUtils.FormatDate(attemptedAt));
        }

        // RFC 3464 §2.3.9: only in notices of delay.
        if (notice is { Kind: NoticeKind.Delayed, RetryUntil: { } until })
        {
            fields.Field("Will-Retry-Until", DateUtils.FormatDate(until));
        }
    }

    private static void WriteReply(NoticeWriter fields, string? upstream, SmtpReply reply)
    {
        if (upstream is not null && IsHostName(upstream))
        {
            fields.Field("Remote-MTA", $"dns; {upstream}");
        }

        fields.FoldedField("Diagnostic-Code", $"smtp; {OneLine(reply)}");
    }

    private static string Action(NoticeKind kind) =>
        kind switch
        {
            NoticeKind.Failed => "failed",
            NoticeKind.Delayed => "delayed",
            _ => "relayed",
        };

    // Upstreams have names of the operator's choice. Only one that has the form of a domain name may claim to be one (RFC 3464 §2.3.5).
    private static bool IsHostName(string name) =>
        name.Length <= 255
        && name.Contains('.', StringComparison.Ordinal)
        && !name.AsSpan().ContainsAnyExcept(HostNameCharacters)
        && !name.Contains("..", StringComparison.Ordinal)
        && char.IsAsciiLetterOrDigit(name[0])
        && char.IsAsciiLetter(name[^1]);
}
