using System.Buffers;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>Writes a sender's path as an address of a header field (RFC 5322 §3.4), which has a stricter syntax than envelopes have.</summary>
internal static class NoticeMailbox
{
    /// <summary>An empty group (RFC 5322 §3.4), for paths that no header field can hold. The envelope has them all the same.</summary>
    private const string Unwritable = "undisclosed-recipients:;";

    private static readonly SearchValues<char> Specials = SearchValues.Create("()<>[]:;@\\,\". ");
    private static readonly SearchValues<char> NotInDomain = SearchValues.Create("()<>[]:;@\\,\" !#$%&'*+/=?^`{|}~");
    private static readonly SearchValues<char> NotInLiteral = SearchValues.Create("[]\\ <>()\"");

    public static string Write(MailPath path)
    {
        var isWritable =
            Encoding.UTF8.GetByteCount(path.Text) <= NoticeWriter.LongestLine && IsPrintable(path.Mailbox) && IsDomain(path.Domain);
        return isWritable && !path.LocalPart.IsEmpty ? $"<{LocalPart(path.LocalPart)}@{path.Domain}>" : Unwritable;
    }

    // "a..b" is a mailbox to many servers, but not a dot-atom; quoted it is the same mailbox (RFC 5321 §4.1.2).
    private static string LocalPart(ReadOnlySpan<char> text) =>
        IsDotAtom(text) || IsQuoted(text)
            ? text.ToString()
            : $"\"{text.ToString().Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        foreach (var range in text.Split('.'))
        {
            if (text[range].IsEmpty || text[range].ContainsAny(Specials))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsQuoted(ReadOnlySpan<char> text)
    {
        if (text.Length < 2 || text[0] != '"' || text[^1] != '"')
        {
            return false;
        }

        for (var index = 1; index < text.Length - 1; index++)
        {
            if (text[index] == '"' || (text[index] == '\\' && ++index == text.Length - 1))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDomain(ReadOnlySpan<char> domain)
    {
        if (domain is ['[', .., ']'])
        {
            return domain.Length > 2 && !domain[1..^1].ContainsAny(NotInLiteral);
        }

        foreach (var range in domain.Split('.'))
        {
            if (domain[range].IsEmpty || domain[range].ContainsAny(NotInDomain))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsPrintable(ReadOnlySpan<char> text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (Rune.IsControl(rune) || rune == Rune.ReplacementChar || (Rune.IsWhiteSpace(rune) && rune.Value != ' '))
            {
                return false;
            }
        }

        return true;
    }
}
