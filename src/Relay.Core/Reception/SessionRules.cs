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
            (SmtpVerb.Mail, SessionState.Chunks) => Replies.NestedMail,

            (SmtpVerb.Rcpt, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Rcpt, SessionState.Ready) => Replies.MailFirst,
            (SmtpVerb.Rcpt, SessionState.Sender) => null,
            (SmtpVerb.Rcpt, SessionState.Recipients) => null,
            (SmtpVerb.Rcpt, SessionState.Chunks) => Replies.WithinChunks,

            (SmtpVerb.Data, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Data, SessionState.Ready) => Replies.MailFirst,
            (SmtpVerb.Data, SessionState.Sender) => Replies.NoValidRecipients, // RFC 5321 §3.3
            (SmtpVerb.Data, SessionState.Recipients) => null,
            (SmtpVerb.Data, SessionState.Chunks) => Replies.WithinChunks, // RFC 3030 §2

            (SmtpVerb.Bdat, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Bdat, SessionState.Ready) => Replies.MailFirst,
            (SmtpVerb.Bdat, SessionState.Sender) => Replies.RecipientFirst,
            (SmtpVerb.Bdat, SessionState.Recipients) => null,
            (SmtpVerb.Bdat, SessionState.Chunks) => null,

            (SmtpVerb.XClient, SessionState.Sender) => Replies.WithinTransaction,
            (SmtpVerb.XClient, SessionState.Recipients) => Replies.WithinTransaction,
            (SmtpVerb.XClient, SessionState.Chunks) => Replies.WithinTransaction,

            (SmtpVerb.Auth, SessionState.Connected) => Replies.HelloFirst,
            (SmtpVerb.Auth, SessionState.Sender) => Replies.NotWithinTransaction, // RFC 4954 §4
            (SmtpVerb.Auth, SessionState.Recipients) => Replies.NotWithinTransaction,
            (SmtpVerb.Auth, SessionState.Chunks) => Replies.NotWithinTransaction,

            _ => null,
        };
}
