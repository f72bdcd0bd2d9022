using Relay.Core.Messages;

namespace Relay.Core.Reception;

/// <summary>What reception hands messages to: the pipeline, or an embedded mailbox.</summary>
internal interface IMessageSink
{
    /// <summary>Asked at each MAIL: a reply says why no message can be taken now, null that one can.</summary>
    SmtpReply? CheckRoom();

    /// <summary>Asked at each RCPT before it is accepted; a reply refuses the recipient, null accepts it.</summary>
    /// <param name="origin">The session.</param>
    /// <param name="sender">The transaction's sender.</param>
    /// <param name="accepted">The recipients accepted before.</param>
    /// <param name="recipient">The one in question.</param>
    SmtpReply? CheckRecipient(
        MessageOrigin origin,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> accepted,
        EnvelopeRecipient recipient
    );

    /// <summary>
    /// Takes the message and returns the reply to its final dot. The caller keeps its reference on the body and releases it afterwards;
    /// a sink that needs the body for longer takes one of its own.
    /// </summary>
    /// <param name="message">The message, whole.</param>
    /// <param name="clientGone">Cancelled when the client disconnects: what was not handed over yet may be dropped.</param>
    ValueTask<SmtpReply> AcceptAsync(ReceivedMessage message, CancellationToken clientGone);
}
