using System.Runtime.CompilerServices;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>Everything in one flight (<see cref="OneFlight"/>). The end of the message is out with the first byte, so that it cannot be given up, and all replies have the time of the last.</summary>
internal sealed class FlightDialogue(NativeConnection connection, Transaction transaction, bool needsSmtpUtf8)
    : TransactionDialogue(connection, transaction, needsSmtpUtf8)
{
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask RunAsync()
    {
        Transaction.Stage = TransactionStage.Dot;
        Wire.Reserve((int)Body.Length + (Window / 8));
        for (var number = 0; number <= Recipients; number++)
        {
            AppendEnvelope(number);
        }

        Wire.AppendChunkHeader(Body.Length);
        Body.TryGetMemory(out var memory);
        foreach (var piece in memory)
        {
            Wire.Append(piece.Span);
        }

        Wire.BeginFlush();
        await TakeFlightAsync();
        await EndFlushAsync();
    }

    /// <summary>All replies are read, since the content goes its way whatever one of them says. A negative one shows that the message was not taken for that recipient.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask TakeFlightAsync()
    {
        var mail = await Connection.Replies.ReadAsync(TransactionStage.Mail);
        Result.Mail = mail;
        if (EndsFlight(TransactionStage.Mail, mail))
        {
            return;
        }

        for (var index = 0; index < Recipients; index++)
        {
            var reply = await Connection.Replies.ReadAsync(TransactionStage.Rcpt);
            Result.Recipients[index] = reply;
            if (EndsFlight(TransactionStage.Rcpt, reply))
            {
                return;
            }

            Accepted += mail.IsPositive && reply.IsPositive ? 1 : 0;
        }

        if (Accepted > 0)
        {
            await TakeDotAsync();
            return;
        }

        var consequence = await Connection.Replies.ReadAsync(TransactionStage.Data);
        Connection.IsInStep &= consequence.Code != ReplyRules.ServiceClosing;
        if (consequence.IsPositive && Array.Exists(Result.Recipients, static reply => reply is { IsPositive: true }))
        {
            // It refused the sender, and took a recipient and the content all the same: it may have the message, whatever it said first.
            Result.Mail = null;
            Result.Failure = new UpstreamFailure(TransactionStage.Dot, UpstreamFailureKind.Garbage, consequence);
            return;
        }

        Transaction.Stage = mail.IsPositive ? TransactionStage.Rcpt : TransactionStage.Mail;
    }

    /// <summary>After 421 nothing more comes, and the content was not taken. Another reply that decides nothing leaves the connection unfit for the next message.</summary>
    private bool EndsFlight(TransactionStage stage, SmtpReply reply)
    {
        if (reply.Code != ReplyRules.ServiceClosing)
        {
            var isConsequence = stage == TransactionStage.Rcpt && Result.Mail is { IsPositive: false }; // 503, as a rule: no sender was accepted
            Connection.IsInStep &= isConsequence || ReplyRules.IsVerdict(stage, reply.Code);
            return false;
        }

        Transaction.Stage = stage;
        FailUnlessVerdict(stage, reply);
        return true;
    }
}
