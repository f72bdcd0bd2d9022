using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>Where a session's messages leave reception: whole ones go to the sink, the others are refused.</summary>
/// <param name="settings">Of the listener.</param>
/// <param name="transport">The wire.</param>
/// <param name="context">The session.</param>
/// <param name="logger">Hears of messages that were not taken.</param>
/// <param name="clientClosed">Cancelled when the client has hung up.</param>
internal sealed class MessageHandover(
    SmtpSettings settings,
    SessionTransport transport,
    SessionContext context,
    ILogger logger,
    CancellationToken clientClosed
)
{
    /// <summary>The reply to the message; null when the client has hung up before the message was anybody's.</summary>
    public ValueTask<SmtpReply?> RunAsync(MessageId id, MailTransaction transaction, ReceivedData data) =>
        data.Body is { } body ? HandOverAsync(id, transaction, body) : new(Refuse(id, transaction, data.Refusal!));

    private SmtpReply Refuse(MessageId id, MailTransaction transaction, SmtpReply refusal)
    {
        logger.MessageRefused(id, transaction.Sender, refusal);
        return refusal;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<SmtpReply?> HandOverAsync(MessageId id, MailTransaction transaction, MessageBody body)
    {
        var clientGone = CancellationToken.None;
        try
        {
            // A client that has sent more behind its dot (QUIT, the next MAIL) may have closed its half and still reads; only one that has sent
            // nothing more is gone when the connection closes.
            clientGone = await transport.HasMoreInputAsync() ? CancellationToken.None : clientClosed;
            var message = new ReceivedMessage(id, transaction.ToEnvelope(), body, context.Origin, settings.Time.GetTimestamp());
            return await settings.Sink.AcceptAsync(message, clientGone);
        }
        catch (OperationCanceledException) when (clientGone.IsCancellationRequested)
        {
            logger.ClientGone(context.Origin.Client, id);
            return null;
        }
        catch (Exception exception)
        {
            logger.SinkFailed(exception, id);
            return Replies.LocalError;
        }
        finally
        {
            body.Release();
        }
    }
}
