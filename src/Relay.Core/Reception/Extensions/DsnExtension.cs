using System.Text;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Extensions;

/// <summary>DSN (RFC 3461): the parameters are checked and kept as they came, for the servers behind and for Relay's own notices.</summary>
internal sealed class DsnExtension : SmtpExtension
{
    // RFC 3461 §4.4 and §4.2.
    private const int LongestEnvelopeId = 100;
    private const int LongestOriginalRecipient = 500;

    public override string Advertisement => "DSN";

    public override IReadOnlyList<EsmtpParameter<MailTransaction>> MailParameters => [new("RET", ReadReturn), new("ENVID", ReadEnvelopeId)];

    public override IReadOnlyList<EsmtpParameter<RecipientDraft>> RcptParameters =>
        [new("NOTIFY", ReadNotify), new("ORCPT", ReadOriginalRecipient)];

    private static SmtpReply? ReadReturn(ReadOnlySpan<byte> value, MailTransaction transaction)
    {
        transaction.Return =
            Ascii.EqualsIgnoreCase(value, "FULL"u8) ? DsnReturn.Full
            : Ascii.EqualsIgnoreCase(value, "HDRS"u8) ? DsnReturn.Headers
            : DsnReturn.Unspecified;
        return transaction.Return == DsnReturn.Unspecified ? Replies.BadParameter : null;
    }

    private static SmtpReply? ReadEnvelopeId(ReadOnlySpan<byte> value, MailTransaction transaction)
    {
        if (value.IsEmpty || value.Length > LongestEnvelopeId || !Xtext.IsValid(value))
        {
            return Replies.BadParameter;
        }

        transaction.EnvelopeId = Encoding.ASCII.GetString(value);
        return null;
    }

    private static SmtpReply? ReadNotify(ReadOnlySpan<byte> value, RecipientDraft recipient)
    {
        var notify = DsnNotify.Unspecified;
        foreach (var range in value.Split((byte)','))
        {
            var flag = ReadNotifyFlag(value[range]);
            if (flag == DsnNotify.Unspecified)
            {
                return Replies.BadParameter;
            }

            notify |= flag;
        }

        // RFC 3461 §4.1: NEVER stands alone.
        var isContradiction = notify.HasFlag(DsnNotify.Never) && notify != DsnNotify.Never;
        recipient.Notify = notify;
        return isContradiction ? Replies.BadParameter : null;
    }

    private static DsnNotify ReadNotifyFlag(ReadOnlySpan<byte> word) =>
        Ascii.EqualsIgnoreCase(word, "NEVER"u8) ? DsnNotify.Never
        : Ascii.EqualsIgnoreCase(word, "SUCCESS"u8) ? DsnNotify.Success
        : Ascii.EqualsIgnoreCase(word, "FAILURE"u8) ? DsnNotify.Failure
        : Ascii.EqualsIgnoreCase(word, "DELAY"u8) ? DsnNotify.Delay
        : DsnNotify.Unspecified;

    private static SmtpReply? ReadOriginalRecipient(ReadOnlySpan<byte> value, RecipientDraft recipient)
    {
        var semicolon = value.IndexOf((byte)';');
        if (semicolon < 1 || semicolon == value.Length - 1 || value.Length > LongestOriginalRecipient)
        {
            return Replies.BadParameter;
        }

        // The address type utf-8 (RFC 6533 §3) has an encoding of its own in which + and = are plain.
        var isUtf8 = Ascii.EqualsIgnoreCase(value[..semicolon], "utf-8"u8);
        if (!isUtf8 && !Xtext.IsValid(value[(semicolon + 1)..]))
        {
            return Replies.BadParameter;
        }

        recipient.OriginalRecipient = Encoding.UTF8.GetString(value);
        return null;
    }
}
