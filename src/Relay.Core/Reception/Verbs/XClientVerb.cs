using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Proxies;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>
/// XCLIENT (postfix.org/XCLIENT_README.html): a trusted server says whom it speaks for, and the session begins anew as that client's. What the client
/// may do follows from its own address; a login that the other server has seen gives no right here.
/// </summary>
internal sealed class XClientVerb(SmtpReply greeting, AccessRules? access) : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (!context.MaySpeakForOthers)
        {
            return Replies.XClientRefused;
        }

        if (XClientCommand.Read(argument) is not { } command)
        {
            return Replies.BadArguments;
        }

        if (command.HasAddress)
        {
            context.SpeakFor(command.Address, access?.MayRelay(command.Address) ?? true);
        }
        else
        {
            context.SpeakForSomebody();
        }

        if (command.Hello is { } hello)
        {
            context.Introduce(hello, command.IsExtended);
        }

        return greeting;
    }
}
