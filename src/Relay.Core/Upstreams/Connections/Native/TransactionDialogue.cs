using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// One transaction over one connection: says the envelope, then the content, and notes each reply where it belongs. Decides nothing about what a reply means for
/// the message; only whether the next command may follow.
/// </summary>
internal sealed class TransactionDialogue(NativeConnection connection, Transaction transaction, bool needsSmtpUtf8)
{
    /// <summary>Commands that go out together without a reply being read. Their replies fit into any socket's buffer, so that neither side blocks the other.</summary>
    private const int Window = 16 * 1024;

    private readonly SmtpWire _wire = connection.Wire;
    private readonly SessionGuard _guard = connection.Guard;
    private readonly ServerExtensions _offered = connection.Offered;
    private bool _isDataSaid;
    private bool _isDataAwaited;
    private int _accepted;
    private int _refused;

    public TransactionResult Result { get; } = new(transaction.Recipients.Count);

    /// <summary>Whether RSET has to come before the next transaction: after anything but 250 to the dot.</summary>
    public bool NeedsReset { get; private set; } = true;

    /// <summary>Whether the server has said no to the sender or to all recipients: what happens afterwards changes nothing for the message.</summary>
    public bool IsRefused =>
        Result.Mail is { IsPositive: false } || Array.TrueForAll(Result.Recipients, static reply => reply is { IsPositive: false });

    private MessageBody Body => transaction.Message.Body;

    private int Recipients => transaction.Recipients.Count;

    /// <summary>Whether nobody wants the content: no recipient is left, or not all are where all were asked for.</summary>
    private bool IsContentUnwanted => _accepted == 0 || (transaction.AllOrNothing && _refused > 0);

    /// <summary>DATA may go out with the recipients where one accepted recipient is enough: it cannot be taken back by anything but an empty message.</summary>
    private bool MayPipelineData => _offered.Pipelining && !connection.UsesChunking && !(transaction.AllOrNothing && Recipients > 1);

    /// <summary>Runs it to its end, or to the reply that ends it.</summary>
    /// <exception cref="IOException">The connection was lost, or garbage came; <see cref="Transaction.Stage"/> says where.</exception>
    /// <exception cref="OperationCanceledException">The guard has ended it.</exception>
    public async ValueTask RunAsync()
    {
        transaction.Stage = TransactionStage.Mail;
        if (OneFlight.IsPossible(connection, transaction) && _guard.TryCommit(connection.Options.DotTimeout))
        {
            await FlyAsync();
            return;
        }

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

    private async ValueTask SayEnvelopeAsync()
    {
        _wire.Reserve((int)Math.Min(Body.Length, OutgoingBody.BlockSize) + (Window / 8)); // the body follows in the same buffer
        var count = 1 + Recipients + (MayPipelineData ? 1 : 0);
        for (var next = 0; next < count && Result.Failure is null && Result.Mail is null or { IsPositive: true }; )
        {
            var first = next;
            do
            {
                AppendCommand(next++);
            } while (next < count && _offered.Pipelining && _wire.Pending < Window);

            await ExchangeAsync(first, next);
        }
    }

    /// <summary>MAIL is the first command, the recipients follow, and DATA comes last.</summary>
    private void AppendCommand(int number)
    {
        if (number == 0)
        {
            _wire.AppendMail(transaction, needsSmtpUtf8, _offered);
        }
        else if (number <= Recipients)
        {
            _wire.AppendRcpt(transaction.Recipients[number - 1], _offered);
        }
        else
        {
            _wire.Append("DATA\r\n"u8);
            _isDataSaid = true;
        }
    }

    private async ValueTask ExchangeAsync(int first, int end)
    {
        _guard.Expect(connection.Options.CommandTimeout);
        _wire.BeginFlush();
        for (var number = first; number < end && Result.Failure is null; number++)
        {
            await TakeReplyAsync(number);
        }

        if (Result.Failure is null)
        {
            await _wire.EndFlushAsync();
        }
    }

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

    private async ValueTask TakeRecipientAsync(int index)
    {
        var reply = await ReadAsync(TransactionStage.Rcpt);
        Result.Recipients[index] = reply;
        if (Result.Mail is not { IsPositive: true })
        {
            return; // a consequence of the refused MAIL
        }

        FailUnlessVerdict(TransactionStage.Rcpt, reply);
        _accepted += reply.IsPositive ? 1 : 0;
        _refused += reply.IsPositive ? 0 : 1;
    }

    private async ValueTask TakeDataAsync()
    {
        var reply = await ReadAsync(TransactionStage.Data);
        if (IsContentUnwanted)
        {
            // Whatever it says is a consequence of what was said before; only that it waits for a message now has to be undone.
            _isDataAwaited = reply.Code == ReplyRules.StartMailInput;
            connection.IsInStep &= reply.Code != ReplyRules.ServiceClosing;
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

        _guard.Expect(connection.Options.CommandTimeout);
        _wire.Append(".\r\n"u8);
        await _wire.FlushAsync();
        var reply = await connection.Replies.ReadAsync(TransactionStage.Data);
        connection.IsInStep &= reply.Code != ReplyRules.ServiceClosing;
    }

    private async ValueTask SayContentAsync()
    {
        if (connection.UsesChunking)
        {
            _wire.AppendChunkHeader(Body.Length);
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
            _wire.Append(connection.Outgoing.IsAtLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
            await EndContentAsync();
        }
    }

    private async ValueTask SayBodyAsync(bool isStuffed)
    {
        transaction.Stage = TransactionStage.Body;
        connection.Outgoing.Begin(isStuffed);
        try
        {
            await Body.CopyToAsync(connection.Outgoing, _guard.Token);
        }
        catch (IOException) when (_guard.Reason is null)
        {
            await ReadPartingWordsAsync();
            throw;
        }
    }

    /// <summary>A server that breaks off within the body often says why before it closes.</summary>
    private async ValueTask ReadPartingWordsAsync()
    {
        _guard.Expect(connection.Options.CommandTimeout);
        var reply = await connection.Replies.ReadAsync(TransactionStage.Body);
        if (!reply.IsPositive)
        {
            Result.Failure = new UpstreamFailure(TransactionStage.Body, UpstreamFailureKind.Reply, reply);
        }
    }

    /// <summary>The last bytes go out with the end of the message among them, unless somebody has given it up by now.</summary>
    private async ValueTask EndContentAsync()
    {
        if (!_guard.TryCommit(connection.Options.DotTimeout))
        {
            throw new OperationCanceledException(_guard.Token);
        }

        transaction.Stage = TransactionStage.Dot;
        _wire.BeginFlush();
        await TakeDotAsync();
        await EndFlushAsync();
    }

    private async ValueTask TakeDotAsync()
    {
        var reply = await connection.Replies.ReadAsync(TransactionStage.Dot);
        if (connection.UsesChunking && ReplyRules.IsOutOfStep(reply.Code))
        {
            // The command itself was not understood, so nothing was taken; what the server makes of the bytes that came behind it nobody knows.
            connection.Chunking.Lose(reply);
            transaction.Stage = TransactionStage.Data;
            Result.Data = reply;
            FailUnlessVerdict(TransactionStage.Data, reply);
            return;
        }

        Result.Dot = reply;
        NeedsReset = !reply.IsPositive;
        FailUnlessVerdict(TransactionStage.Dot, reply);
        connection.HasChunkedInStep |= connection.UsesChunking;
    }

    /// <summary>Everything in one flight. The end of the message is out with the first byte, so that it cannot be given up, and all replies have the time of the last.</summary>
    private async ValueTask FlyAsync()
    {
        transaction.Stage = TransactionStage.Dot;
        _wire.Reserve((int)Body.Length + (Window / 8));
        for (var number = 0; number <= Recipients; number++)
        {
            AppendCommand(number);
        }

        _wire.AppendChunkHeader(Body.Length);
        Body.TryGetMemory(out var memory);
        foreach (var piece in memory)
        {
            _wire.Append(piece.Span);
        }

        _wire.BeginFlush();
        await TakeFlightAsync();
        await EndFlushAsync();
    }

    /// <summary>All replies are read, since the content goes its way whatever one of them says. A negative one shows that the message was not taken for that recipient.</summary>
    private async ValueTask TakeFlightAsync()
    {
        var mail = await connection.Replies.ReadAsync(TransactionStage.Mail);
        Result.Mail = mail;
        if (EndsFlight(TransactionStage.Mail, mail))
        {
            return;
        }

        for (var index = 0; index < Recipients; index++)
        {
            var reply = await connection.Replies.ReadAsync(TransactionStage.Rcpt);
            Result.Recipients[index] = reply;
            if (EndsFlight(TransactionStage.Rcpt, reply))
            {
                return;
            }

            _accepted += mail.IsPositive && reply.IsPositive ? 1 : 0;
        }

        if (_accepted > 0)
        {
            await TakeDotAsync();
            return;
        }

        transaction.Stage = mail.IsPositive ? TransactionStage.Rcpt : TransactionStage.Mail;
        var consequence = await connection.Replies.ReadAsync(TransactionStage.Data);
        connection.IsInStep &= consequence.Code != ReplyRules.ServiceClosing;
    }

    /// <summary>After 421 nothing more comes, and the content was not taken. Another reply that decides nothing leaves the connection unfit for the next message.</summary>
    private bool EndsFlight(TransactionStage stage, SmtpReply reply)
    {
        if (reply.Code != ReplyRules.ServiceClosing)
        {
            var isConsequence = stage == TransactionStage.Rcpt && Result.Mail is { IsPositive: false }; // 503, as a rule: no sender was accepted
            connection.IsInStep &= isConsequence || ReplyRules.IsVerdict(stage, reply.Code);
            return false;
        }

        transaction.Stage = stage;
        FailUnlessVerdict(stage, reply);
        return true;
    }

    /// <summary>A server that has refused need not read the rest: the verdict does not wait for that, and the connection is no good any more.</summary>
    private ValueTask EndFlushAsync()
    {
        connection.IsInStep &= Result.Dot is { IsPositive: true } || !_wire.IsWriting;
        return Result.Failure is null && connection.IsInStep ? _wire.EndFlushAsync() : ValueTask.CompletedTask;
    }

    private ValueTask<SmtpReply> ReadAsync(TransactionStage stage)
    {
        transaction.Stage = stage;
        _guard.Expect(connection.Options.CommandTimeout);
        return connection.Replies.ReadAsync(stage);
    }

    private void FailUnlessVerdict(TransactionStage stage, SmtpReply reply)
    {
        if (!ReplyRules.IsVerdict(stage, reply.Code))
        {
            Result.Failure = new UpstreamFailure(stage, UpstreamFailureKind.Reply, reply);
        }
    }
}
