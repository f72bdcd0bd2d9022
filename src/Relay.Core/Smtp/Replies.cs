using Relay.Core.Messages;

namespace Relay.Core.Smtp;

/// <summary>
/// Every fixed reply, by name: they are encoded once and can be compared by eye with RFC 5321 §4.2.3 and RFC 3463. None holds a host name, a path of
/// ours or the text of an exception.
/// </summary>
internal static class Replies
{
    public static readonly SmtpReply Ok = new(250, new(2, 0, 0), "OK");
    public static readonly SmtpReply SenderOk = new(250, new(2, 1, 0), "Sender OK");
    public static readonly SmtpReply RecipientOk = new(250, new(2, 1, 5), "Recipient OK");
    public static readonly SmtpReply ChunkOk = new(250, new(2, 0, 0), "Chunk OK");
    public static readonly SmtpReply CannotVerify = new(
        252,
        new(2, 0, 0),
        "Cannot verify the user, but will accept the message and try to deliver it"
    );
    public static readonly SmtpReply Help = new(214, new(2, 0, 0), "EHLO HELO MAIL RCPT DATA RSET NOOP VRFY HELP QUIT (RFC 5321)");
    public static readonly SmtpReply Bye = new(221, new(2, 0, 0), "Bye");
    public static readonly SmtpReply ReadyForTls = new(220, new(2, 0, 0), "Ready to start TLS");
    public static readonly SmtpReply StartMailInput = new(354, null, "Start mail input; end with <CRLF>.<CRLF>");

    public static readonly SmtpReply LoggedIn = new(235, new(2, 7, 0), "Authentication successful");

    public static readonly SmtpReply ShuttingDown = new(421, new(4, 3, 2), "Shutting down, try again later");
    public static readonly SmtpReply TooManyConnections = new(421, new(4, 3, 2), "Too many connections, try again later");
    public static readonly SmtpReply TooManyFromClient = new(421, new(4, 7, 0), "Too many connections from your network");
    public static readonly SmtpReply TooManyErrors = new(421, new(4, 7, 0), "Too many errors, closing the connection");
    public static readonly SmtpReply TooManyCommands = new(421, new(4, 7, 0), "Too many commands without mail, closing the connection");
    public static readonly SmtpReply TimedOut = new(421, new(4, 4, 2), "Timed out waiting for input, closing the connection");
    public static readonly SmtpReply TooManyFailedLogins = new(
        421,
        new(4, 7, 0),
        "Too many failed logins from your address, try again later"
    );
    public static readonly SmtpReply TooSlow = new(421, new(4, 4, 2), "Mail data comes too slowly, closing the connection");
    public static readonly SmtpReply SessionTooLong = new(421, new(4, 3, 2), "The session has lasted long enough, connect again");
    public static readonly SmtpReply SpokeTooEarly = new(421, new(4, 7, 0), "You spoke before the greeting, closing the connection");
    public static readonly SmtpReply NotHttp = new(421, new(4, 7, 0), "This is an SMTP server, not HTTP; closing the connection");
    public static readonly SmtpReply SessionFailed = new(421, new(4, 3, 0), "Internal error, closing the connection");

    public static readonly SmtpReply TooManyMessages = new(450, new(4, 7, 1), "Too many messages in a minute, try again later");
    public static readonly SmtpReply RecipientsTooFast = new(450, new(4, 7, 1), "Too many recipients in a minute, try again later");
    public static readonly SmtpReply LocalError = new(451, new(4, 3, 0), "Local error in processing, try again later");
    public static readonly SmtpReply NoRoom = new(452, new(4, 3, 1), "Not enough storage, try again later");
    public static readonly SmtpReply TooManyRecipients = new(452, new(4, 5, 3), "Too many recipients");

    public static readonly SmtpReply LoginsBusy = new(454, new(4, 7, 0), "Authentication cannot be checked now, try again later");

    public static readonly SmtpReply UnknownCommand = new(500, new(5, 5, 1), "Command not recognized");
    public static readonly SmtpReply LineTooLong = new(500, new(5, 5, 2), "Line too long");
    public static readonly SmtpReply BadLine = new(500, new(5, 5, 2), "Not a command line: UTF-8 that ends in CR LF is expected");
    public static readonly SmtpReply BadArguments = new(501, new(5, 5, 4), "Syntax error in arguments");
    public static readonly SmtpReply BadParameter = new(501, new(5, 5, 4), "Syntax error in a parameter");
    public static readonly SmtpReply RepeatedParameter = new(501, new(5, 5, 4), "A parameter is given twice");
    public static readonly SmtpReply SaslLineTooLong = new(500, new(5, 5, 6), "Authentication line too long");
    public static readonly SmtpReply BadSaslResponse = new(501, new(5, 5, 2), "Authentication response cannot be decoded");
    public static readonly SmtpReply LoginCancelled = new(501, new(5, 7, 0), "Authentication cancelled");
    public static readonly SmtpReply BadSender = new(501, new(5, 1, 7), "Syntax error in the sender's address");
    public static readonly SmtpReply BadRecipient = new(501, new(5, 1, 3), "Syntax error in the recipient's address");
    public static readonly SmtpReply NotImplemented = new(502, new(5, 5, 1), "Command not implemented");
    public static readonly SmtpReply HelloFirst = new(503, new(5, 5, 1), "Send EHLO or HELO first");
    public static readonly SmtpReply MailFirst = new(503, new(5, 5, 1), "Send MAIL first");
    public static readonly SmtpReply NestedMail = new(503, new(5, 5, 1), "A sender is given already; send RSET to begin anew");
    public static readonly SmtpReply RecipientFirst = new(503, new(5, 5, 1), "Send RCPT first");
    public static readonly SmtpReply WithinChunks = new(503, new(5, 5, 1), "A message is being sent by BDAT; send the rest of it, or RSET");
    public static readonly SmtpReply WithinTransaction = new(503, new(5, 5, 1), "Not within a transaction");
    public static readonly SmtpReply TlsActive = new(503, new(5, 5, 1), "TLS is in use already");
    public static readonly SmtpReply TlsRequired = new(530, new(5, 7, 0), "Must issue a STARTTLS command first");
    public static readonly SmtpReply NotWithinTransaction = new(503, new(5, 5, 1), "Not within a transaction; send RSET first");
    public static readonly SmtpReply LoggedInAlready = new(503, new(5, 5, 1), "Authenticated already");
    public static readonly SmtpReply UnknownMechanism = new(504, new(5, 5, 4), "Authentication mechanism not offered");
    public static readonly SmtpReply LoginFirst = new(530, new(5, 7, 0), "Authentication required");
    public static readonly SmtpReply LoginFailed = new(535, new(5, 7, 8), "Authentication credentials invalid");
    public static readonly SmtpReply TlsFirst = new(538, new(5, 7, 11), "Encryption required for authentication");
    public static readonly SmtpReply ProxyRefused = new(550, new(5, 7, 0), "The PROXY protocol is not accepted from your address");
    public static readonly SmtpReply XClientRefused = new(550, new(5, 7, 0), "XCLIENT is not accepted from your address");
    public static readonly SmtpReply RelayingDenied = new(550, new(5, 7, 1), "Relaying denied");
    public static readonly SmtpReply TooLarge = new(552, new(5, 3, 4), "Message too large");
    public static readonly SmtpReply NeedsSmtpUtf8 = new(553, new(5, 6, 7), "An address beyond ASCII needs SMTPUTF8");
    public static readonly SmtpReply SenderNotYours = new(553, new(5, 7, 1), "This user may not send as this sender");
    public static readonly SmtpReply NoValidRecipients = new(554, new(5, 5, 1), "No valid recipients");
    public static readonly SmtpReply BytesBeforeTls = new(554, new(5, 5, 0), "Nothing may follow STARTTLS before the handshake");
    public static readonly SmtpReply TooManyHops = new(554, new(5, 4, 6), "Too many hops");
    public static readonly SmtpReply BareNewline = new(554, new(5, 6, 11), "Message holds a CR or LF that stands alone");
    public static readonly SmtpReply HoldsNul = new(554, new(5, 6, 0), "Message holds a NUL byte");
    public static readonly SmtpReply MessageLineTooLong = new(554, new(5, 6, 0), "Message holds a line that is too long");
    public static readonly SmtpReply UnknownParameter = new(555, new(5, 5, 4), "Parameter not recognized");

    /// <summary>The reply to a line that is no command.</summary>
    public static SmtpReply For(CommandLineStatus status) => status == CommandLineStatus.TooLong ? LineTooLong : BadLine;

    /// <summary>The reply to the end of data of a message that is refused.</summary>
    public static SmtpReply For(DataFault fault) =>
        fault switch
        {
            DataFault.BareNewline => BareNewline,
            DataFault.Nul => HoldsNul,
            DataFault.LineTooLong => MessageLineTooLong,
            DataFault.TooLarge => TooLarge,
            _ => LocalError,
        };
}
