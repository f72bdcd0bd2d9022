using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>Reads the mail data of a session's messages, one after the other, from 354 to the final dot.</summary>
internal sealed class MessageReceiver(SmtpSettings settings, SessionTransport transport, SessionRegistry registry, ILogger logger)
{
    private readonly DataReader _reader = new(settings.BareNewlines, settings.Limits.MessageSize, settings.Limits.LineLength);

    /// <param name="id">The message's id, which stands in its <c>Received:</c> field.</param>
    /// <param name="context">The session with its transaction.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedData> ReceiveAsync(MessageId id, SessionContext context)
    {
        using var body = settings.Storage.CreateWriter();
        if (settings.StampReceived)
        {
            ReceivedHeader.Write(body, id, context, settings.HostName, settings.Time.GetUtcNow());
        }

        _reader.Begin();
        var end = await ReadToEndAsync(body, id);
        if (end != DataEnd.Whole)
        {
            return new ReceivedData(end);
        }

        return Verdict() is { } refusal
            ? new ReceivedData(end, Refusal: refusal)
            : new ReceivedData(end, Body: body.Complete(_reader.Traits));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DataEnd> ReadToEndAsync(MessageBodyWriter body, MessageId id)
    {
        var patience = new DataPatience(settings.Limits, settings.Time);
        while (true)
        {
            transport.SetDeadline(patience.BeginRead());
            var result = await transport.ReadAsync();
            if (result.IsCanceled && EndOf(patience) is { } end)
            {
                transport.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
                return end;
            }

            var received = result.Buffer.Length;
            var isWhole = _reader.Read(result.Buffer, body, out var consumed);
            transport.AdvanceTo(consumed, consumed);
            if (!isWhole)
            {
                patience.EndRead(received);
            }

            await KeepAsync(body, id);
            if (isWhole || result.IsCompleted)
            {
                return isWhole ? DataEnd.Whole : DataEnd.ClientGone;
            }
        }
    }

    private DataEnd? EndOf(in DataPatience patience) =>
        transport.IsOverdue ? patience.End
        : registry.IsClosing ? DataEnd.ShutDown
        : null;

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask KeepAsync(MessageBodyWriter body, MessageId id)
    {
        if (_reader.Fault != DataFault.None)
        {
            body.Dispose(); // it will be refused: no memory is held for what is still to come
            return;
        }

        try
        {
            await body.FlushAsync(CancellationToken.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            logger.BodyNotStored(exception, id);
            _reader.Abandon();
            body.Dispose();
        }
    }

    private SmtpReply? Verdict()
    {
        if (_reader.Fault != DataFault.None)
        {
            return Replies.For(_reader.Fault);
        }

        var hops = _reader.ReceivedFields + (settings.StampReceived ? 1 : 0);
        return hops > ReceivedHeader.MaximumHops ? Replies.TooManyHops : null;
    }
}
