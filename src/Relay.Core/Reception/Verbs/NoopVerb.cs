using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>NOOP (RFC 5321 §4.1.1.9): an argument is ignored.</summary>
internal sealed class NoopVerb : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument) => Replies.Ok;
}
