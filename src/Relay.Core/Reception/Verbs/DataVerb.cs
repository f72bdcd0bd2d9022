using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>DATA (RFC 5321 §4.1.1.4): asks for the mail data. That there are recipients was checked by <see cref="SessionRules"/>.</summary>
internal sealed class DataVerb : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument) =>
        argument.IsEmpty ? new VerbResult(Replies.StartMailInput, NextStep.ReceiveData) : Replies.BadArguments;
}
