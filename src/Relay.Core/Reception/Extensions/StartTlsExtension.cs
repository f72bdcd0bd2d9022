namespace Relay.Core.Reception.Extensions;

/// <summary>STARTTLS (RFC 3207); not offered within TLS (§4.2).</summary>
internal sealed class StartTlsExtension : SmtpExtension
{
    public override string Advertisement => "STARTTLS";

    public override bool IsOfferedTo(SessionContext context) => !context.IsSecure;
}
