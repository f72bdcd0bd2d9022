using System.Text;
using Relay.Core.Messages;
using Relay.Core.Reception.Extensions;
using Relay.Core.Smtp;

namespace Relay.Core.Reception.Verbs;

/// <summary>MAIL (RFC 5321 §4.1.1.2): opens a transaction.</summary>
/// <param name="parameters">Those of the extensions.</param>
/// <param name="storage">Must have room.</param>
/// <param name="sink">Must have room.</param>
/// <param name="requiresLogin">Whether the client must have logged in.</param>
internal sealed class MailVerb(ParameterTable<MailTransaction> parameters, BodyStorage storage, IMessageSink sink, bool requiresLogin)
    : VerbHandler
{
    public override VerbResult Run(SessionContext context, ReadOnlySpan<byte> argument)
    {
        if (requiresLogin && context.User is null)
        {
            return Replies.LoginFirst;
        }

        if (!PathParser.TryRead(argument, "FROM:"u8, out var path, out var rest))
        {
            return Replies.BadSender;
        }

        if (!context.IsExtended && !rest.IsEmpty)
        {
            return Replies.UnknownParameter; // nothing was offered to a client that said HELO
        }

        var sender = path.IsEmpty ? MailPath.Null : new MailPath(Encoding.UTF8.GetString(path));
        var transaction = new MailTransaction(sender);
        if (parameters.Read(rest, transaction, context) is { } refusal)
        {
            return refusal;
        }

        if (!transaction.SmtpUtf8 && !sender.IsAscii)
        {
            return Replies.NeedsSmtpUtf8;
        }

        if (context.User is { } user && !user.MaySendAs(sender))
        {
            return Replies.SenderNotYours;
        }

        if (!storage.HasRoomForMore)
        {
            return Replies.NoRoom;
        }

        if (sink.CheckRoom() is { } noRoom)
        {
            return noRoom;
        }

        context.Transaction = transaction;
        return Replies.SenderOk;
    }
}
