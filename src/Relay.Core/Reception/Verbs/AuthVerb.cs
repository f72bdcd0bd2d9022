using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Sasl;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>AUTH (RFC 4954 §4): says whether a login may begin and by which mechanism; the lines that follow are <see cref="LoginDialogue"/>'s.</summary>
/// <param name="logins">Who may log in, and how.</param>
/// <param name="lockedOut">Told of a client that has failed too often to be let try.</param>
internal sealed class AuthVerb(LoginSettings logins, Action? lockedOut = null) : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (Refuse(context) is { } refusal)
        {
            return refusal;
        }

        if (logins.Authenticator.Guard.IsLockedOut(context.Origin.Client, logins.FailedLogins))
        {
            lockedOut?.Invoke();
            return new VerbResult(Replies.TooManyFailedLogins, NextStep.Close);
        }

        var blank = argument.IndexOf((byte)' ');
        var mechanism = blank < 0 ? argument : argument[..blank];
        if (mechanism.IsEmpty)
        {
            return Replies.BadArguments;
        }

        if (SaslMechanisms.Begin(mechanism, logins) is not { } exchange)
        {
            return Replies.UnknownMechanism;
        }

        byte[]? initial = null;
        if (blank >= 0 && !TryReadInitial(argument[blank..].TrimStart((byte)' '), out initial))
        {
            return Replies.BadSaslResponse;
        }

        context.PendingLogin = new PendingLogin(exchange, initial);
        return VerbResult.LogIn;
    }

    private SmtpReply? Refuse(SessionContext context) =>
        !context.IsExtended ? Replies.HelloFirst
        : context.User is not null ? Replies.LoggedInAlready
        : !logins.AreOfferedTo(context) ? Replies.TlsFirst
        : null;

    // "=" stands for an initial response of no octets.
    private static bool TryReadInitial(ReadOnlySpan<byte> text, out byte[]? response)
    {
        response = [];
        return text.SequenceEqual("="u8) || LoginDialogue.TryDecode(text, out response);
    }
}
