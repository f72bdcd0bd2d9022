using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>Which handler serves which command.</summary>
internal sealed class VerbTable
{
    private readonly VerbHandler[] _handlers = new VerbHandler[Enum.GetValues<SmtpVerb>().Length];

    public VerbTable(SmtpSettings settings)
    {
        var mailParameters = new ParameterTable<MailTransaction>(settings.Extensions.SelectMany(extension => extension.MailParameters));
        var rcptParameters = new ParameterTable<RecipientDraft>(settings.Extensions.SelectMany(extension => extension.RcptParameters));

        Set(SmtpVerb.Ehlo, new EhloVerb(settings.HostName, settings.Extensions));
        Set(SmtpVerb.Helo, new HeloVerb(settings.HostName));
        Set(SmtpVerb.Mail, new MailVerb(mailParameters, settings.Storage, settings.Sink, settings.Logins?.IsRequired == true));
        Set(SmtpVerb.Rcpt, new RcptVerb(rcptParameters, settings.Sink, settings.Access, settings.Limits.Recipients));
        Set(SmtpVerb.Data, new DataVerb());
        Set(SmtpVerb.Rset, new RsetVerb());
        Set(SmtpVerb.Noop, new NoopVerb());
        Set(SmtpVerb.Vrfy, new VrfyVerb());
        Set(SmtpVerb.Help, new HelpVerb());
        Set(SmtpVerb.Quit, new QuitVerb());
        Set(SmtpVerb.StartTls, settings.Tls is { IsImplicit: false } ? new StartTlsVerb() : new FixedReplyVerb(Replies.NotImplemented));
        Set(
            SmtpVerb.Auth,
            settings.Logins is { } logins ? new AuthVerb(logins, LockedOut(settings)) : new FixedReplyVerb(Replies.NotImplemented)
        );
        Set(SmtpVerb.Bdat, settings.Offers<ChunkingExtension>() ? new BdatVerb() : new FixedReplyVerb(Replies.NotImplemented));
        Set(SmtpVerb.XClient, new XClientVerb(SmtpService.GreetingOf(settings), settings.Access));
        Set(SmtpVerb.NotImplemented, new FixedReplyVerb(Replies.NotImplemented));
        Set(SmtpVerb.Unknown, new FixedReplyVerb(Replies.UnknownCommand));

        Limit(SmtpVerb.Mail, settings.Rates?.Messages, settings.Limits.MessagesPerClientPerMinute, Replies.TooManyMessages);
        Limit(SmtpVerb.Rcpt, settings.Rates?.Recipients, settings.Limits.RecipientsPerClientPerMinute, Replies.RecipientsTooFast);
    }

    private static Action LockedOut(SmtpSettings settings) => () => settings.Metrics?.LoggedIn(settings.Listener, "locked_out");

    public VerbHandler this[SmtpVerb verb] => _handlers[(int)verb];

    private void Limit(SmtpVerb verb, RateTable? rates, int perMinute, SmtpReply refusal)
    {
        if (rates is not null && perMinute > 0)
        {
            Set(verb, new RateLimitedVerb(this[verb], rates, perMinute, refusal));
        }
    }

    private void Set(SmtpVerb verb, VerbHandler handler) => _handlers[(int)verb] = handler;
}
