using Relay.Core.Messages;
using Relay.Core.Reception.Extensions;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>EHLO (RFC 5321 §4.1.1.1): introduces the client and shows what is offered. It also ends an open transaction.</summary>
internal sealed class EhloVerb(string hostName, IEnumerable<SmtpExtension> extensions) : VerbHandler
{
    // One reply of several lines; RFC 2034 §4 wants no enhanced code in it.
    private readonly SmtpReply _offer = new(
        250,
        null,
        string.Join('\n', extensions.Select(extension => extension.Advertisement).Prepend(hostName))
    );

    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (!HelloName.TryRead(argument, out var name))
        {
            return Replies.BadArguments;
        }

        context.Introduce(name, isExtended: true);
        return _offer;
    }
}
