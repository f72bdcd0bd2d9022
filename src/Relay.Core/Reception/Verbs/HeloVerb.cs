using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>HELO (RFC 5321 §4.1.1.1): introduces a client that uses no extensions.</summary>
internal sealed class HeloVerb(string hostName) : VerbHandler
{
    private readonly SmtpReply _welcome = new(250, null, hostName);

    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (!HelloName.TryRead(argument, out var name))
        {
            return Replies.BadArguments;
        }

        context.Introduce(name, isExtended: false);
        return _welcome;
    }
}
