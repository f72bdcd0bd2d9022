using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>RSET (RFC 5321 §4.1.1.5): gives the transaction up.</summary>
internal sealed class RsetVerb : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (!argument.IsEmpty)
        {
            return Replies.BadArguments;
        }

        context.Transaction = null;
        return Replies.Ok;
    }
}
