namespace Relay.Core.Reception.Extensions;

/// <summary>ENHANCEDSTATUSCODES (RFC 2034): every reply carries the code of RFC 3463, except greeting, EHLO, HELO and 3yz.</summary>
internal sealed class EnhancedStatusCodesExtension : SmtpExtension
{
    public override string Advertisement => "ENHANCEDSTATUSCODES";
}
