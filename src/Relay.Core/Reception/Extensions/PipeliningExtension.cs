namespace Relay.Core.Reception.Extensions;

/// <summary>PIPELINING (RFC 2920): the session gathers its replies and reads on, whatever arrives together.</summary>
internal sealed class PipeliningExtension : SmtpExtension
{
    public override string Advertisement => "PIPELINING";
}
