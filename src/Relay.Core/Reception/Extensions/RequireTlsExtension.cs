using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Extensions;

/// <summary>
/// REQUIRETLS (RFC 8689): a message goes on over TLS only, to a server whose certificate is verified and that promises the same. Offered within TLS (§2), and only once a
/// server behind is known to offer it: a promise that nobody can keep would only bounce mail.
/// </summary>
internal sealed class RequireTlsExtension(ServersBehind servers) : SmtpExtension
{
    public override string Advertisement => "REQUIRETLS";

    public override bool IsOfferedTo(SessionContext context) => context.IsSecure && servers.CarryRequireTls();

    public override IReadOnlyList<EsmtpParameter<MailTransaction>> MailParameters => [new("REQUIRETLS", Read, IsOfferedTo)];

    private static SmtpReply? Read(ReadOnlySpan<byte> value, MailTransaction transaction)
    {
        transaction.RequireTls = true;
        return value.IsEmpty ? null : Replies.BadParameter; // §2: the parameter has no value
    }
}
