using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Simulation.Model;

namespace Relay.Simulation.Engine;

/// <summary>Tells the model when the pipeline gets a message.</summary>
internal sealed class WatchedSink(IMessageSink inner, Ledger ledger, Life life, bool hasDoors) : IMessageSink
{
    public SmtpReply? CheckRoom() => inner.CheckRoom();

    public SmtpReply? CheckRecipient(
        MessageOrigin origin,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> accepted,
        EnvelopeRecipient recipient
    ) => inner.CheckRecipient(origin, sender, accepted, recipient);

    public async ValueTask<SmtpReply> AcceptAsync(ReceivedMessage message, CancellationToken clientGone)
    {
        if (!life.IsOver)
        {
            if (hasDoors)
            {
                ledger.CameIn(message);
            }

            ledger.Handed(message.Envelope.Sender.ToString().Trim('<', '>').Split('@')[0]);
        }

        return await inner.AcceptAsync(message, clientGone);
    }
}
