using MailKit.Net.Smtp;
using MimeKit;
using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// One transaction while MailKit runs it: notes every reply where it belongs, keeps the stage, and decides whether DATA may follow the recipients.
/// </summary>
internal sealed class OutgoingTransaction
{
    private static readonly SmtpReply BadRecipientSyntax = new(553, new EnhancedStatusCode(5, 1, 3), "The address cannot be expressed");
    private static readonly SmtpReply StartMailInput = new(354, null, "Start mail input");

    private readonly SessionGuard _guard;
    private readonly TimeSpan _dotTimeout;
    private int _accepted;
    private int _refused;

    public OutgoingTransaction(Transaction transaction, MailboxAddress sender, SessionGuard guard, TimeSpan dotTimeout)
    {
        _guard = guard;
        _dotTimeout = dotTimeout;
        Transaction = transaction;
        Sender = sender;
        Addresses = new EnvelopeAddresses(transaction.Recipients);
        Result = new TransactionResult(transaction.Recipients.Count);
        for (var index = 0; index < transaction.Recipients.Count; index++)
        {
            if (!Addresses.IsExpressible(index))
            {
                Result.Recipients[index] = BadRecipientSyntax;
                _refused++;
            }
        }
    }

    public Transaction Transaction { get; }

    public TransactionResult Result { get; }

    public MailboxAddress Sender { get; }

    public EnvelopeAddresses Addresses { get; }

    public Envelope Envelope => Transaction.Message.Envelope;

    public MessageBody Body => Transaction.Message.Body;

    public bool DeclaresEightBit => Envelope.Body == BodyType.EightBitMime;

    public bool NeedsSmtpUtf8 { get; init; }

    /// <summary>Whether there is anything to ask the server.</summary>
    public bool IsWorthSending => Addresses.Sent.Count > 0 && !(Transaction.AllOrNothing && _refused > 0);

    /// <summary>MAIL was answered.</summary>
    public void SenderAnswered(SmtpResponse response)
    {
        var reply = Replies.Read(response);
        Result.Mail = reply;
        NoteUnlessVerdict(TransactionStage.Mail, reply);
        if (reply.IsPositive)
        {
            Transaction.Stage = TransactionStage.Rcpt;
        }
    }

    /// <summary>A RCPT was answered.</summary>
    /// <exception cref="SmtpCommandException">It was the last one and DATA must not follow; MailKit then sends RSET.</exception>
    public void RecipientAnswered(MailboxAddress mailbox, SmtpResponse response)
    {
        var index = Addresses.IndexOf(mailbox);
        var reply = Replies.Read(response);
        Result.Recipients[index] = reply;
        if (Result.Mail is not { IsPositive: true })
        {
            return; // a consequence of the refused MAIL, pipelined behind it; none is noted yet when that was 530
        }

        NoteUnlessVerdict(TransactionStage.Rcpt, reply);
        _accepted += reply.IsPositive ? 1 : 0;
        _refused += reply.IsPositive ? 0 : 1;
        if (index == Addresses.Sent[^1])
        {
            EndRecipients(mailbox, response);
        }
    }

    /// <summary>354 came; the body goes out next.</summary>
    public void BodyBegins()
    {
        Result.Data = StartMailInput;
        Transaction.Stage = TransactionStage.Body;
        _guard.Expect(DialogueWatch.BodyStall);
    }

    /// <summary>All of the body is on its way, perhaps still in buffers; the dot is not.</summary>
    /// <exception cref="OperationCanceledException">The message was given up just before.</exception>
    public void DotFollows()
    {
        if (!_guard.TryCommit(Transaction, _dotTimeout))
        {
            throw new OperationCanceledException(_guard.Token);
        }

        Transaction.Stage = TransactionStage.Dot;
    }

    /// <summary>A refusal that MailKit reports by an exception only: to DATA or to the dot. Those of MAIL and RCPT were noted before.</summary>
    public void Refused(SmtpReply reply)
    {
        if (Transaction.Stage == TransactionStage.Data)
        {
            Result.Data = reply;
            NoteUnlessVerdict(TransactionStage.Data, reply);
        }
        else if (Transaction.Stage == TransactionStage.Dot)
        {
            Result.Dot = reply;
            NoteUnlessVerdict(TransactionStage.Dot, reply);
        }
    }

    /// <summary>530, which MailKit reports without a callback and for a RCPT without saying for which.</summary>
    public void AuthenticationRequired(SmtpReply reply, bool isPipelined)
    {
        if (Transaction.Stage == TransactionStage.Dot)
        {
            Result.Dot = reply;
            return;
        }

        if (Result.Mail is null)
        {
            Result.Mail = reply;
            return;
        }

        Transaction.Stage = TransactionStage.Rcpt;
        foreach (var index in Addresses.Sent.Where(index => Result.Recipients[index] is null).Take(isPipelined ? int.MaxValue : 1))
        {
            Result.Recipients[index] = reply;
        }

        // MailKit ends the transaction although others were accepted: they have no verdict.
        Result.Failure ??= new UpstreamFailure(TransactionStage.Rcpt, UpstreamFailureKind.Reply, reply);
    }

    /// <summary>The dialogue broke off without a reply.</summary>
    public void BrokeOff(UpstreamFailureKind kind, Exception cause) =>
        Result.Failure ??= new UpstreamFailure(Transaction.Stage, kind, Cause: cause);

    private void EndRecipients(MailboxAddress mailbox, SmtpResponse response)
    {
        var stopsHere = Result.Failure is not null || (Transaction.AllOrNothing && _refused > 0);
        if (stopsHere)
        {
            throw new SmtpCommandException(SmtpErrorCode.RecipientNotAccepted, response.StatusCode, mailbox, response.Response);
        }

        if (_accepted > 0)
        {
            Transaction.Stage = TransactionStage.Data;
        }
    }

    private void NoteUnlessVerdict(TransactionStage stage, SmtpReply reply)
    {
        if (!ReplyRules.IsVerdict(stage, reply.Code))
        {
            Result.Failure ??= new UpstreamFailure(stage, UpstreamFailureKind.Reply, reply);
            _guard.Abandon(); // out of step: nothing more is said on this connection, RSET included
        }
    }
}
