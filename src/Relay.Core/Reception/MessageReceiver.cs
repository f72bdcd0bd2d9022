using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>Reads the mail data of a session's messages, one after the other, from 354 to the final dot, or chunk by chunk.</summary>
internal sealed class MessageReceiver(SmtpSettings settings, SessionTransport transport, SessionRegistry registry, ILogger logger)
{
    private readonly DataReader _reader = new(settings.BareNewlines, settings.Limits.MessageSize, settings.Limits.LineLength);

    /// <param name="id">The message's id, which stands in its <c>Received:</c> field.</param>
    /// <param name="context">The session with its transaction.</param>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ReceivedData> ReceiveAsync(MessageId id, SessionContext context)
    {
        using var body = CreateBody(id, context);
        _reader.Begin();
        var end = await ReadToEndAsync(body, id, settings.Time.GetTimestamp());
        return end == DataEnd.Whole ? Finish(body) : new ReceivedData(end);
    }

    /// <summary>The transaction's message will come in chunks.</summary>
    /// <param name="id">The message's id, which stands in its <c>Received:</c> field.</param>
    /// <param name="context">The session with its transaction.</param>
    public ChunkedMessage BeginChunks(MessageId id, SessionContext context)
    {
        _reader.Begin(isChunked: true);
        return new ChunkedMessage(id, CreateBody(id, context), settings.Time.GetTimestamp());
    }

    /// <summary>Reads a chunk. With the last one there is a body or a refusal; before it, a refusal as soon as the message breaks a rule.</summary>
    public async ValueTask<ReceivedData> ReceiveChunkAsync(Chunk chunk, ChunkedMessage message)
    {
        var end = await ReadToEndAsync(message.Body, message.Id, message.Started, chunk.Size);
        if (end != DataEnd.Whole || !chunk.IsLast)
        {
            return new ReceivedData(end, Refusal: _reader.Fault == DataFault.None ? null : Replies.For(_reader.Fault));
        }

        _reader.EndChunks(message.Body);
        await KeepAsync(message.Body, message.Id);
        return Finish(message.Body);
    }

    /// <summary>Reads a chunk that is refused and keeps nothing of it: its octets come all the same (RFC 3030 §2).</summary>
    public async ValueTask<DataEnd> DiscardChunkAsync(long size)
    {
        var patience = new DataPatience(settings.Limits, settings.Time, settings.Time.GetTimestamp());
        while (size > 0)
        {
            transport.SetDeadline(patience.BeginRead());
            var result = await ReadAsync();
            if (result.IsCanceled && EndOf(patience) is { } end)
            {
                transport.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
                return end;
            }

            var count = Math.Min(result.Buffer.Length, size);
            patience.EndRead(count);
            var consumed = result.Buffer.GetPosition(count);
            transport.AdvanceTo(consumed, consumed);
            size -= count;
            if (result.IsCompleted && size > 0)
            {
                return DataEnd.ClientGone;
            }
        }

        return DataEnd.Whole;
    }

    private MessageBodyWriter CreateBody(MessageId id, SessionContext context)
    {
        var body = settings.Storage.CreateWriter();
        if (settings.StampReceived)
        {
            ReceivedHeader.Write(body, id, context, settings.HostName, settings.Time.GetUtcNow());
        }

        return body;
    }

    private ReceivedData Finish(MessageBodyWriter body) =>
        Verdict() is { } refusal
            ? new ReceivedData(DataEnd.Whole, Refusal: refusal)
            : new ReceivedData(DataEnd.Whole, Body: body.Complete(_reader.Traits));

    // To the final dot, or to the end of a chunk.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<DataEnd> ReadToEndAsync(MessageBodyWriter body, MessageId id, long started, long left = long.MaxValue)
    {
        var patience = new DataPatience(settings.Limits, settings.Time, started);
        while (left > 0)
        {
            transport.SetDeadline(patience.BeginRead());
            var result = await ReadAsync();
            if (result.IsCanceled && EndOf(patience) is { } end)
            {
                transport.AdvanceTo(result.Buffer.Start, result.Buffer.Start);
                return end;
            }

            var input = result.Buffer.Length > left ? result.Buffer.Slice(0, left) : result.Buffer;
            left -= input.Length;
            patience.EndRead(input.Length);
            await body.WaitForTurnAsync(input.Length); // what has come stays in the buffers of the connection, which are bounded
            var isWhole = _reader.Read(input, body, out var consumed);
            transport.AdvanceTo(consumed, consumed);
            await KeepAsync(body, id);
            if (isWhole || (result.IsCompleted && left > 0))
            {
                return isWhole ? DataEnd.Whole : DataEnd.ClientGone;
            }
        }

        return DataEnd.Whole;
    }

    // Replies to commands before a chunk may still be gathered; a client that waits for them sends nothing until it has them.
    private ValueTask<ReadResult> ReadAsync() => transport.HasGathered ? FlushAndReadAsync() : transport.ReadAsync();

    private async ValueTask<ReadResult> FlushAndReadAsync()
    {
        if (!transport.TryRead(out var result))
        {
            await transport.FlushAsync(); // a client that is gone is seen by the read
            result = await transport.ReadAsync();
        }

        return result;
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
