using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Tls;

/// <summary>What a listener with <c>RequireTls</c> serves in clear text (RFC 3207 §4): NOOP, EHLO, STARTTLS and QUIT.</summary>
internal static class TlsRequirement
{
    /// <summary>The refusal of a command before TLS, or null.</summary>
    public static SmtpReply? Check(SmtpVerb verb, TlsSettings? settings, SessionContext context)
    {
        var isServed =
            settings is not { IsRequired: true }
            || context.Tls is not null
            || verb is SmtpVerb.Noop or SmtpVerb.Ehlo or SmtpVerb.StartTls or SmtpVerb.Quit or SmtpVerb.Unknown;
        return isServed ? null : Replies.TlsRequired;
    }
}
