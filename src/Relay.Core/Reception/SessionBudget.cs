using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>How much a client may waste before its session is closed: refused commands, and commands that bring no mail.</summary>
internal sealed class SessionBudget(LimitOptions limits)
{
    private int _errors;
    private int _commandsWithoutMail;

    /// <summary>Counts a command; the farewell when that was one too many, or null.</summary>
    public SmtpReply? Spend(SmtpVerb verb, SmtpReply reply)
    {
        if (reply.IsPermanent && ++_errors >= limits.Errors)
        {
            return Replies.TooManyErrors;
        }

        var bringsMail = verb is SmtpVerb.Mail or SmtpVerb.Rcpt or SmtpVerb.Data or SmtpVerb.Bdat;
        return !bringsMail && ++_commandsWithoutMail > limits.CommandsWithoutMail ? Replies.TooManyCommands : null;
    }

    /// <summary>A message came; one that was accepted makes up for the errors before it, so that a connection kept open for days is not closed for its age.</summary>
    public void EarnMail(bool isAccepted)
    {
        _commandsWithoutMail = 0;
        _errors = isAccepted ? 0 : _errors;
    }
}
