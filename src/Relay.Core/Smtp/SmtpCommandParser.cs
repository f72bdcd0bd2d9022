using System.Buffers;
using System.Text;
using System.Text.Unicode;

namespace Relay.Core.Smtp;

/// <summary>Takes a command line apart into verb and argument (RFC 5321 §2.4, §4.1.1) without copying any of it.</summary>
internal static class SmtpCommandParser
{
    // Within a line CR and LF stand alone, which RFC 5321 §2.3.8 forbids; NUL has no place in any command (§4.1.2).
    private static readonly SearchValues<byte> Forbidden = SearchValues.Create("\r\n\0"u8);

    /// <summary>False for a line that is no command at all: it holds CR, LF, NUL, or bytes that are not UTF-8 (RFC 6531 §3.3).</summary>
    /// <param name="line">The line without its CRLF.</param>
    /// <param name="command">Valid as long as <paramref name="line"/> is.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, out SmtpCommand command)
    {
        command = default;
        if (line.ContainsAny(Forbidden) || !Utf8.IsValid(line))
        {
            return false;
        }

        var blank = line.IndexOf((byte)' ');
        var word = blank < 0 ? line : line[..blank];
        var argument = blank < 0 ? default : line[blank..].Trim((byte)' ');
        command = new SmtpCommand(FindVerb(word), argument);
        return true;
    }

    /// <summary>Whether a line is the first of an HTTP request, such as <c>GET / HTTP/1.1</c>.</summary>
    public static bool IsHttpRequest(ReadOnlySpan<byte> line) => line.IndexOf(" HTTP/"u8) > 0;

    /// <summary>Whether it is a BDAT, well-formed or not: octets that are no commands come behind it (RFC 3030 §2).</summary>
    public static bool IsChunk(ReadOnlySpan<byte> line) =>
        line.Length >= 4 && Ascii.EqualsIgnoreCase(line[..4], "BDAT"u8) && (line.Length == 4 || line[4] == ' ');

    private static SmtpVerb FindVerb(ReadOnlySpan<byte> word)
    {
        Span<byte> upper = stackalloc byte[8];
        if (word.Length > upper.Length || Ascii.ToUpper(word, upper, out var length) != OperationStatus.Done)
        {
            return SmtpVerb.Unknown;
        }

        return FindUpper(upper[..length]);
    }

    private static SmtpVerb FindUpper(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("MAIL"u8) ? SmtpVerb.Mail
        : word.SequenceEqual("RCPT"u8) ? SmtpVerb.Rcpt
        : word.SequenceEqual("DATA"u8) ? SmtpVerb.Data
        : word.SequenceEqual("EHLO"u8) ? SmtpVerb.Ehlo
        : word.SequenceEqual("HELO"u8) ? SmtpVerb.Helo
        : word.SequenceEqual("RSET"u8) ? SmtpVerb.Rset
        : word.SequenceEqual("NOOP"u8) ? SmtpVerb.Noop
        : word.SequenceEqual("QUIT"u8) ? SmtpVerb.Quit
        : word.SequenceEqual("VRFY"u8) ? SmtpVerb.Vrfy
        : word.SequenceEqual("HELP"u8) ? SmtpVerb.Help
        : word.SequenceEqual("STARTTLS"u8) ? SmtpVerb.StartTls
        : word.SequenceEqual("AUTH"u8) ? SmtpVerb.Auth
        : word.SequenceEqual("BDAT"u8) ? SmtpVerb.Bdat
        : word.SequenceEqual("XCLIENT"u8) ? SmtpVerb.XClient
        : IsNotImplemented(word) ? SmtpVerb.NotImplemented
        : SmtpVerb.Unknown;

    private static bool IsNotImplemented(ReadOnlySpan<byte> word) =>
        word.SequenceEqual("EXPN"u8)
        || word.SequenceEqual("ETRN"u8)
        || word.SequenceEqual("ATRN"u8)
        || word.SequenceEqual("TURN"u8)
        || word.SequenceEqual("SEND"u8)
        || word.SequenceEqual("SOML"u8)
        || word.SequenceEqual("SAML"u8)
        || word.SequenceEqual("BURL"u8);
}
