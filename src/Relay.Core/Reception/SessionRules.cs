using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>Which command may come when (RFC 5321 §4.1.4), as a table; what is not in it may come at any time.</summary>
internal static class SessionRules
{
    /// <summary>The refusal of a command out of order, or null.</summary>
    public static SmtpReply? Check(SmtpVerb verb, SessionState state) =>
        (verb, state) switch
        {
            (SmtpVerb.Mail, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Mail, SessionState.Ready) => null,
            (SmtpVerb.Mail, SessionState.Sender) => Replies.NestedMail,
            (SmtpVerb.Mail, SessionState.Recipients) => Replies.NestedMail,

            (SmtpVerb.Rcpt, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Rcpt, SessionState.Ready) => Replies.MailFirst,
            (SmtpVerb.Rcpt, SessionState.Sender) => null,
            (SmtpVerb.Rcpt, SessionState.Recipients) => null,

            (SmtpVerb.Data, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Data, SessionState.Ready) => Replies.MailFirst,
            (SmtpVerb.Data, SessionState.Sender) => Replies.NoValidRecipients, // RFC 5321 §3.3
            (SmtpVerb.Data, SessionState.Recipients) => null,

            (SmtpVerb.Auth, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Auth, SessionState.Sender) => Replies.NotWithinTransaction, // RFC 4954 §4
            (SmtpVerb.Auth, SessionState.Recipients) => Replies.NotWithinTransaction,

            _ => null,
        };
}
