using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>STARTTLS (RFC 3207): the session answers it and does the handshake. On a listener without TLS it is not implemented.</summary>
internal sealed class StartTlsVerb : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument) =>
        context.Tls is not null ? Replies.TlsActive
        : !argument.IsEmpty ? Replies.BadArguments
        : new VerbResult(Replies.ReadyForTls, NextStep.StartTls);
}
