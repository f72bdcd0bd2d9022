namespace Relay.Core.Reception.Extensions;

/// <summary>One SMTP service extension (RFC 5321 §2.2): its line in the reply to EHLO, and the parameters that it brings to MAIL and RCPT.</summary>
internal abstract class SmtpExtension
{
    /// <summary>The keyword with its parameters, as EHLO shows it.</summary>
    public abstract string Advertisement { get; }

    /// <summary>Whether it is shown to this client now; its parameters are taken either way, unless they say otherwise: what a server turns out to lack is told with the reason.</summary>
    public virtual bool IsOfferedTo(SessionContext context) => true;

    public virtual IReadOnlyList<EsmtpParameter<MailTransaction>> MailParameters => [];

    public virtual IReadOnlyList<EsmtpParameter<RecipientDraft>> RcptParameters => [];
}
