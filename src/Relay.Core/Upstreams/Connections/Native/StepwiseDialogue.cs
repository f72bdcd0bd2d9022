using System.Runtime.CompilerServices;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// The transaction step by step: the envelope, in as few writes as the server allows, then the content if it is wanted. May be given up until the last bytes go out.
/// </summary>
internal sealed class StepwiseDialogue(NativeConnection connection, Transaction transaction, bool needsSmtpUtf8)
    : TransactionDialogue(connection, transaction, needsSmtpUtf8)
{
    private bool _isDataSaid;
    private bool _isDataAwaited;
    private int _refused;

    /// <summary>Whether nobody wants the content: no recipient is left, or not all are where all were asked for.</summary>
    private bool IsContentUnwanted => Accepted == 0 || (Transaction.AllOrNothing && _refused > 0);

    /// <summary>DATA may go out with the recipients where one accepted recipient is enough: it cannot be taken back by anything but an empty message.</summary>
    private bool MayPipelineData =>
        Connection.Offered.Pipelining && !Connection.UsesChunking && !(Transaction.AllOrNothing && Recipients > 1);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask RunAsync()
    {
        Transaction.Stage = TransactionStage.Mail;
        await SayEnvelopeAsync();
        if (Result.Failure is null && IsContentUnwanted)
        {
            await TakeBackDataAsync();
        }
        else if (Result.Failure is null)
        {
            await SayContentAsync();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SayEnvelopeAsync()
    {
        Wire.Reserve((int)Math.Min(Body.Length, OutgoingBody.BlockSize) + (Window / 8)); // the body follows in the same buffer
        var count = 1 + Recipients + (MayPipelineData ? 1 : 0);
        for (var next = 0; next < count && Result.Failure is null && Result.Mail is null or { IsPositive: true }; )
        {
            var first = next;
            do
            {
                AppendCommand(next++);
            } while (next < count && Connection.Offered.Pipelining && Wire.Pending < Window);

            await ExchangeAsync(first, next);
        }
    }

    /// <summary>MAIL is the first command, the recipients follow, and DATA comes last.</summary>
    private void AppendCommand(int number)
    {
        if (number <= Recipients)
        {
            AppendEnvelope(number);
            return;
        }

        Wire.Append("DATA\r\n"u8);
        _isDataSaid = true;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask ExchangeAsync(int first, int end)
    {
        Guard.Expect(Connection.Options.CommandTimeout);
        Wire.BeginFlush();
        for (var number = first; number < end && Result.Failure is null; number++)
        {
            await TakeReplyAsync(number);
        }

        if (Result.Failure is null)
        {
            await Wire.EndFlushAsync();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TakeReplyAsync(int number)
    {
        if (number == 0)
        {
            var reply = await ReadAsync(TransactionStage.Mail);
            Result.Mail = reply;
            FailUnlessVerdict(TransactionStage.Mail, reply);
        }
        else if (number <= Recipients)
        {
            await TakeRecipientAsync(number - 1);
        }
        else
        {
            await TakeDataAsync();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TakeRecipientAsync(int index)
    {
        var reply = await ReadAsync(TransactionStage.Rcpt);
        Result.Recipients[index] = reply;
        if (Result.Mail is not { IsPositive: true })
        {
            return; // a consequence of the refused MAIL
        }

        FailUnlessVerdict(TransactionStage.Rcpt, reply);
        Accepted += reply.IsPositive ? 1 : 0;
        _refused += reply.IsPositive ? 0 : 1;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TakeDataAsync()
    {
        var reply = await ReadAsync(TransactionStage.Data);
        if (IsContentUnwanted)
        {
            // Whatever it says is a consequence of what was said before; only that it waits for a message now has to be undone.
            _isDataAwaited = reply.Code == ReplyRules.StartMailInput;
            Connection.IsInStep &= reply.Code != ReplyRules.ServiceClosing;
            return;
        }

        Result.Data = reply;
        FailUnlessVerdict(TransactionStage.Data, reply);
    }

    /// <summary>A server that said 354 although no recipient was accepted gets the shortest message there is; what it answers says nothing.</summary>
    private async ValueTask TakeBackDataAsync()
    {
        if (!_isDataAwaited)
        {
            return;
        }

        Guard.Expect(Connection.Options.CommandTimeout);
        Wire.Append(".\r\n"u8);
        await Wire.FlushAsync();
        var reply = await Connection.Replies.ReadAsync(TransactionStage.Data);
        Connection.IsInStep &= reply.Code != ReplyRules.ServiceClosing;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SayContentAsync()
    {
        if (Connection.UsesChunking)
        {
            Wire.AppendChunkHeader(Body.Length);
            await SayBodyAsync(isStuffed: false);
            await EndContentAsync();
            return;
        }

        if (!_isDataSaid)
        {
            AppendCommand(Recipients + 1);
            await ExchangeAsync(Recipients + 1, Recipients + 2);
        }

        if (Result.Failure is null && Result.Data is { Code: ReplyRules.StartMailInput })
        {
            await SayBodyAsync(isStuffed: true);
            Wire.Append(Connection.Outgoing.IsAtLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
            await EndContentAsync();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask SayBodyAsync(bool isStuffed)
    {
        Transaction.Stage = TransactionStage.Body;
        Connection.Outgoing.Begin(isStuffed);
        try
        {
            await Body.CopyToAsync(Connection.Outgoing, Guard.Token);
        }
        catch (IOException) when (Guard.Reason is null)
        {
            await ReadPartingWordsAsync();
            throw;
        }
    }

    /// <summary>A server that breaks off within the body often says why before it closes.</summary>
    private async ValueTask ReadPartingWordsAsync()
    {
        Guard.Expect(Connection.Options.CommandTimeout);
        var reply = await Connection.Replies.ReadAsync(TransactionStage.Body);
        if (!reply.IsPositive)
        {
            Result.Failure = new UpstreamFailure(TransactionStage.Body, UpstreamFailureKind.Reply, reply);
        }
    }

    /// <summary>The last bytes go out with the end of the message among them, unless somebody has given it up by now.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask EndContentAsync()
    {
        if (!Guard.TryCommit(Transaction, Connection.Options.DotTimeout))
        {
            throw new OperationCanceledException(Guard.Token);
        }

        Transaction.Stage = TransactionStage.Dot;
        Wire.BeginFlush();
        await TakeDotAsync();
        await EndFlushAsync();
    }

    private ValueTask<SmtpReply> ReadAsync(TransactionStage stage)
    {
        Transaction.Stage = stage;
        Guard.Expect(Connection.Options.CommandTimeout);
        return Connection.Replies.ReadAsync(stage);
    }
}
