using System.Text;
using Relay.Core.Messages;
using Relay.Core.Reception;

namespace Relay.TestKit;

/// <summary>Keeps what it is given, and answers as the test says.</summary>
internal sealed class RecordingSink : IMessageSink
{
    public List<(ReceivedMessage Message, string Body)> Messages { get; } = [];

    public Func<EnvelopeRecipient, SmtpReply?> OnRecipient { get; set; } = _ => null;

    public Func<ReceivedMessage, CancellationToken, ValueTask<SmtpReply>> OnMessage { get; set; } =
        (message, _) => ValueTask.FromResult(new SmtpReply(250, new(2, 0, 0), "taken"));

    public SmtpReply? Room { get; set; }

    public SmtpReply? CheckRoom() => Room;

    public SmtpReply? CheckRecipient(
        MessageOrigin origin,
        MailPath sender,
        IReadOnlyList<EnvelopeRecipient> accepted,
        EnvelopeRecipient recipient
    ) => OnRecipient(recipient);

    public async ValueTask<SmtpReply> AcceptAsync(ReceivedMessage message, CancellationToken clientGone)
    {
        using var bytes = new MemoryStream();
        await message.Body.CopyToAsync(bytes, CancellationToken.None);
        Messages.Add((message, Encoding.Latin1.GetString(bytes.ToArray())));
        return await OnMessage(message, clientGone);
    }
}
