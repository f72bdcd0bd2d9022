using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>QUIT (RFC 5321 §4.1.1.10).</summary>
internal sealed class QuitVerb : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument) => new(Replies.Bye, NextStep.Close);
}
