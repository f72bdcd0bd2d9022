using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Extensions;

/// <summary>SMTPUTF8 (RFC 6531): addresses and header fields may be UTF-8 when the client says so at MAIL.</summary>
internal sealed class SmtpUtf8Extension(ServersBehind servers) : SmtpExtension
{
    public override string Advertisement => "SMTPUTF8";

    // RFC 6531 §3.1: it needs 8BITMIME.
    public override bool IsOfferedTo(SessionContext context) => servers.CarryEightBitMime() && servers.CarrySmtpUtf8();

    public override IReadOnlyList<EsmtpParameter<MailTransaction>> MailParameters => [new("SMTPUTF8", Read)];

    private static SmtpReply? Read(ReadOnlySpan<byte> value, MailTransaction transaction)
    {
        transaction.SmtpUtf8 = true;
        return value.IsEmpty ? null : Replies.BadParameter; // RFC 6531 §3.4: the parameter has no value
    }
}
