using System.Text;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Extensions;

/// <summary>8BITMIME (RFC 6152): BODY= is kept, and the dispatcher asks for a server that can carry it. Nothing is ever re-encoded.</summary>
internal sealed class EightBitMimeExtension(ServersBehind servers) : SmtpExtension
{
    public override string Advertisement => "8BITMIME";

    public override bool IsOfferedTo(SessionContext context) => servers.CarryEightBitMime();

    public override IReadOnlyList<EsmtpParameter<MailTransaction>> MailParameters => [new("BODY", Read)];

    private static SmtpReply? Read(ReadOnlySpan<byte> value, MailTransaction transaction)
    {
        transaction.Body =
            Ascii.EqualsIgnoreCase(value, "7BIT"u8) ? BodyType.SevenBit
            : Ascii.EqualsIgnoreCase(value, "8BITMIME"u8) ? BodyType.EightBitMime
            : BodyType.Unspecified;
        return transaction.Body == BodyType.Unspecified ? Replies.BadParameter : null;
    }
}
