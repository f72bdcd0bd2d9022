using System.Text;
using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>RCPT (RFC 5321 §4.1.1.3): adds a recipient, if this client may send to it and the sink takes it.</summary>
internal sealed class RcptVerb(ParameterTable<RecipientDraft> parameters, IMessageSink sink, AccessRules? access, int maximumRecipients)
    : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (!PathParser.TryRead(argument, "TO:"u8, out var path, out var rest) || path.IsEmpty)
        {
            return Replies.BadRecipient;
        }

        if (!context.IsExtended && !rest.IsEmpty)
        {
            return Replies.UnknownParameter;
        }

        var draft = new RecipientDraft();
        if (parameters.Read(rest, draft, context) is { } refusal)
        {
            return refusal;
        }

        var recipient = new EnvelopeRecipient(new MailPath(Encoding.UTF8.GetString(path)), draft.Notify, draft.OriginalRecipient);
        return Admit(context, context.Transaction!, recipient);
    }

    private SmtpReply Admit(SessionContext context, MailTransaction transaction, EnvelopeRecipient recipient)
    {
        if (!transaction.SmtpUtf8 && !recipient.Path.IsAscii)
        {
            return Replies.NeedsSmtpUtf8;
        }

        if (!context.MayRelay && access?.TakesFromAnybody(recipient.Path) != true)
        {
            return Replies.RelayingDenied;
        }

        if (transaction.Recipients.Count >= maximumRecipients)
        {
            return Replies.TooManyRecipients; // RFC 5321 §4.5.3.1.10: the client sends the rest in a further transaction
        }

        if (sink.CheckRecipient(context.Origin, transaction.Sender, transaction.Recipients, recipient) is { } refusal)
        {
            return refusal;
        }

        transaction.Recipients.Add(recipient);
        return Replies.RecipientOk;
    }
}
