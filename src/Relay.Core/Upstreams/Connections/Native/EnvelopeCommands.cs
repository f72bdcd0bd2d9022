using System.Buffers.Text;
using System.Text;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// Writes MAIL and RCPT: paths byte for byte as they were received, parameters where the server offers their extension. Those of DSN are left out where it is not
/// offered (RFC 3461 §4); SMTPUTF8, REQUIRETLS and BODY never are: such a server is not asked (<see cref="Carriage"/>).
/// </summary>
internal static class EnvelopeCommands
{
    private const int LongestNumber = 20;

    /// <summary>UTF-8 of one UTF-16 code unit, at most.</summary>
    private const int BytesPerCharacter = 3;

    private static readonly (DsnNotify Flag, string Word)[] NotifyWords =
    [
        (DsnNotify.Never, "NEVER"),
        (DsnNotify.Success, "SUCCESS"),
        (DsnNotify.Failure, "FAILURE"),
        (DsnNotify.Delay, "DELAY"),
    ];

    public static void AppendMail(this SmtpWire wire, Transaction transaction, bool needsSmtpUtf8, ServerExtensions offered)
    {
        var envelope = transaction.Message.Envelope;
        wire.Append("MAIL FROM:<"u8);
        wire.AppendText(envelope.Sender.Text);
        wire.Append(">"u8);
        if (needsSmtpUtf8)
        {
            wire.Append(" SMTPUTF8"u8);
        }

        if (envelope.RequireTls)
        {
            wire.Append(" REQUIRETLS"u8);
        }

        if (offered.Size)
        {
            wire.Append(" SIZE="u8);
            wire.AppendNumber(transaction.Message.Body.Length);
        }

        if (offered.EightBitMime)
        {
            wire.Append(BodyParameter(envelope.Body));
        }

        if (offered.Dsn)
        {
            wire.AppendParameter(" ENVID="u8, envelope.EnvelopeId);
            wire.Append(ReturnParameter(envelope.Return));
        }

        wire.Append("\r\n"u8);
    }

    public static void AppendRcpt(this SmtpWire wire, EnvelopeRecipient recipient, ServerExtensions offered)
    {
        wire.Append("RCPT TO:<"u8);
        wire.AppendText(recipient.Path.Text);
        wire.Append(">"u8);
        if (offered.Dsn)
        {
            wire.AppendNotify(recipient.Notify);
            wire.AppendParameter(" ORCPT="u8, recipient.OriginalRecipient);
        }

        wire.Append("\r\n"u8);
    }

    /// <summary>All of the content in one chunk (RFC 3030 §2).</summary>
    public static void AppendChunkHeader(this SmtpWire wire, long length)
    {
        wire.Append("BDAT "u8);
        wire.AppendNumber(length);
        wire.Append(" LAST\r\n"u8);
    }

    public static void AppendText(this SmtpWire wire, string text)
    {
        var span = wire.GetSpan(text.Length * BytesPerCharacter);
        wire.Advance(Encoding.UTF8.GetBytes(text, span));
    }

    public static void AppendNumber(this SmtpWire wire, long number)
    {
        Utf8Formatter.TryFormat(number, wire.GetSpan(LongestNumber), out var count);
        wire.Advance(count);
    }

    private static void AppendParameter(this SmtpWire wire, ReadOnlySpan<byte> keyword, string? value)
    {
        if (value is not null)
        {
            wire.Append(keyword);
            wire.AppendText(value);
        }
    }

    private static ReadOnlySpan<byte> BodyParameter(BodyType body) =>
        body switch
        {
            BodyType.EightBitMime => " BODY=8BITMIME"u8,
            BodyType.SevenBit => " BODY=7BIT"u8,
            _ => default,
        };

    private static ReadOnlySpan<byte> ReturnParameter(DsnReturn value) =>
        value switch
        {
            DsnReturn.Full => " RET=FULL"u8,
            DsnReturn.Headers => " RET=HDRS"u8,
            _ => default,
        };

    private static void AppendNotify(this SmtpWire wire, DsnNotify notify)
    {
        if (notify == DsnNotify.Unspecified)
        {
            return;
        }

        var separator = " NOTIFY="u8;
        foreach (var (flag, word) in NotifyWords)
        {
            if (notify.HasFlag(flag))
            {
                wire.Append(separator);
                wire.AppendText(word);
                separator = ","u8;
            }
        }
    }
}
