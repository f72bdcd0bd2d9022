namespace Relay.Core.Smtp;

/// <summary>The commands that a line can begin with, as far as Relay knows them.</summary>
internal enum SmtpVerb
{
    Unknown,
    Ehlo,
    Helo,
    Mail,
    Rcpt,
    Data,
    Rset,
    Noop,
    Vrfy,
    Help,
    Quit,
    StartTls,
    Auth,
    Bdat,
    XClient,

    /// <summary>A command of some RFC that Relay does not offer: EXPN, TURN, ETRN, …</summary>
    NotImplemented,
}
