using System.Text;
using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Sasl;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Extensions;

/// <summary>AUTH (RFC 4954): offered to those who could use it now.</summary>
internal sealed class AuthExtension(LoginSettings logins) : SmtpExtension
{
    // RFC 4954 §3 (5).
    private const int LongestParameter = 500;

    public override string Advertisement { get; } = $"AUTH {SaslMechanisms.Names}";

    public override IReadOnlyList<EsmtpParameter<MailTransaction>> MailParameters => [new("AUTH", Read)];

    public override bool IsOfferedTo(SessionContext context) => context.User is null && logins.AreOfferedTo(context);

    // Who is said to have sent it first (RFC 4954 §5). Clients are not believed that, which §5 allows: the claim is read and goes no further.
    private static SmtpReply? Read(ReadOnlySpan<byte> value, MailTransaction transaction)
    {
        var isSound = value.Length is > 0 and <= LongestParameter && (Ascii.Equals(value, "<>"u8) || Xtext.IsValid(value));
        return isSound ? null : Replies.BadParameter;
    }
}
