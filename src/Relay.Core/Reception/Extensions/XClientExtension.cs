namespace Relay.Core.Reception.Extensions;

/// <summary>XCLIENT (postfix.org/XCLIENT_README.html): shown to those who may speak for others, and to nobody else.</summary>
internal sealed class XClientExtension : SmtpExtension
{
    public override string Advertisement => "XCLIENT NAME ADDR PORT PROTO HELO LOGIN";

    public override bool IsOfferedTo(SessionContext context) => context.MaySpeakForOthers;
}
