using Relay.Core.Messages;

namespace Relay.Core.Reception.Verbs;

/// <summary>A command that is always refused: one that nobody knows, or one that Relay does not offer.</summary>
internal sealed class FixedReplyVerb(SmtpReply reply) : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument) => reply;
}
