using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>HELP (RFC 5321 §4.1.1.8).</summary>
internal sealed class HelpVerb : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument) => Replies.Help;
}
