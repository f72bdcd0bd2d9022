using System.Runtime.CompilerServices;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// One transaction over one connection: says the envelope, then the content, and notes each reply where it belongs. Decides nothing about what a reply means for
/// the message; only whether the next command may follow.
/// </summary>
internal abstract class TransactionDialogue(NativeConnection connection, Transaction transaction, bool needsSmtpUtf8)
{
    /// <summary>Commands that go out together without a reply being read. Their replies fit into any socket's buffer, so that neither side blocks the other.</summary>
    protected const int Window = 16 * 1024;

    public TransactionResult Result { get; } = new(transaction.Recipients.Count);

    /// <summary>Whether RSET has to come before the next transaction: after anything but 250 to the dot.</summary>
    public bool NeedsReset { get; private set; } = true;

    /// <summary>Whether the server has said no to the sender or to all recipients: what happens afterwards changes nothing for the message.</summary>
    public bool IsRefused =>
        Result.Mail is { IsPositive: false } || Array.TrueForAll(Result.Recipients, static reply => reply is { IsPositive: false });

    protected NativeConnection Connection { get; } = connection;

    protected SmtpWire Wire { get; } = connection.Wire;

    protected SessionGuard Guard { get; } = connection.Guard;

    protected Transaction Transaction { get; } = transaction;

    protected MessageBody Body => Transaction.Message.Body;

    protected int Recipients => Transaction.Recipients.Count;

    /// <summary>Recipients that the server takes the message for.</summary>
    protected int Accepted { get; set; }

    /// <summary>In one flight where that may be. A message is committed to it here: the end of the message is out with the first byte, and nobody can give it up any more.</summary>
    public static TransactionDialogue For(NativeConnection connection, Transaction transaction, bool needsSmtpUtf8) =>
        OneFlight.IsPossible(connection, transaction) && connection.Guard.TryCommit(transaction, connection.Options.DotTimeout)
            ? new FlightDialogue(connection, transaction, needsSmtpUtf8)
            : new StepwiseDialogue(connection, transaction, needsSmtpUtf8);

    /// <summary>Runs it to its end, or to the reply that ends it.</summary>
    /// <exception cref="IOException">The connection was lost, or garbage came; <see cref="Transaction.Stage"/> says where.</exception>
    /// <exception cref="OperationCanceledException">The guard has ended it.</exception>
    public abstract ValueTask RunAsync();

    /// <summary>MAIL is the first command, the recipients follow.</summary>
    protected void AppendEnvelope(int number)
    {
        if (number == 0)
        {
            Wire.AppendMail(Transaction, needsSmtpUtf8, Connection.Offered);
        }
        else
        {
            Wire.AppendRcpt(Transaction.Recipients[number - 1], Connection.Offered);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    protected async ValueTask TakeDotAsync()
    {
        var reply = await Connection.Replies.ReadAsync(TransactionStage.Dot);
        if (Connection.UsesChunking && ReplyRules.IsOutOfStep(reply.Code))
        {
            // The command itself was not understood, so nothing was taken; what the server makes of the bytes that came behind it nobody knows.
            Connection.Chunking.Lose(reply);
            Transaction.Stage = TransactionStage.Data;
            Result.Data = reply;
            FailUnlessVerdict(TransactionStage.Data, reply);
            return;
        }

        Result.Dot = reply;
        NeedsReset = !reply.IsPositive;
        FailUnlessVerdict(TransactionStage.Dot, reply);
        Connection.HasChunkedInStep |= Connection.UsesChunking;
    }

    /// <summary>A server that has refused need not read the rest: the verdict does not wait for that, and the connection is no good any more.</summary>
    protected ValueTask EndFlushAsync()
    {
        Connection.IsInStep &= Result.Dot is { IsPositive: true } || !Wire.IsWriting;
        return Result.Failure is null && Connection.IsInStep ? Wire.EndFlushAsync() : ValueTask.CompletedTask;
    }

    protected void FailUnlessVerdict(TransactionStage stage, SmtpReply reply)
    {
        if (!ReplyRules.IsVerdict(stage, reply.Code))
        {
            Result.Failure = new UpstreamFailure(stage, UpstreamFailureKind.Reply, reply);
        }
    }
}
