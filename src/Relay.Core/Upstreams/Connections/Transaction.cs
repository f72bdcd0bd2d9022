using Relay.Core.Messages;

namespace Relay.Core.Upstreams.Connections;

/// <summary>One mail transaction (RFC 5321 §3.3) as it is to be sent, and how far it has come.</summary>
/// <param name="message">The message; a reference on its body is held by the caller for as long as the transaction runs.</param>
/// <param name="recipients">The recipients of this transaction, some or all of the message's.</param>
/// <param name="allOrNothing">When one recipient is refused, DATA is not sent at all.</param>
internal sealed class Transaction(ReceivedMessage message, IReadOnlyList<EnvelopeRecipient> recipients, bool allOrNothing)
{
    private readonly StageSpans? _spans = StageSpans.Begin();
    private volatile TransactionStage _stage = TransactionStage.Mail;

    public ReceivedMessage Message { get; } = message;

    public IReadOnlyList<EnvelopeRecipient> Recipients { get; } = recipients;

    public bool AllOrNothing { get; } = allOrNothing;

    /// <summary>Asked once more at the last moment before the final dot: false when another node may have taken the message over meanwhile. Null where nobody can.</summary>
    public Func<bool>? MayGoOut { get; init; }

    /// <summary>Set by the session, read by others while it runs. <see cref="TransactionStage.Dot"/> is set before the first byte of the dot can go out.</summary>
    public TransactionStage Stage
    {
        get => _stage;
        set
        {
            if (_spans is not null && value >= _stage)
            {
                _spans.Enter(value); // one that goes back only says where it broke off
            }

            _stage = value;
        }
    }

    /// <summary>It has come to its end.</summary>
    public void End(UpstreamFailure? failure) => _spans?.End(failure);

    /// <summary>Whether the server may have the message: its final dot may have gone out.</summary>
    public bool MayBeDelivered => _stage >= TransactionStage.Dot;
}

/// <summary>Where a dialogue stands: what was last asked of the server. In the order of a session.</summary>
internal enum TransactionStage
{
    Connect,
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,

    /// <summary>354 came, the body is being written; the dot is not out.</summary>
    Body,

    /// <summary>The final dot may have gone out.</summary>
    Dot,
}
