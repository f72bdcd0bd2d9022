using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>VRFY (RFC 5321 §3.5.3): a relay knows no users, and 252 tells nobody who exists (§7.3).</summary>
internal sealed class VrfyVerb : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument) =>
        argument.IsEmpty ? Replies.BadArguments : Replies.CannotVerify;
}
