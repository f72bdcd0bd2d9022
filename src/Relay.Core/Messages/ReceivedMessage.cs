namespace Relay.Core.Messages;

/// <summary>A message that was received whole: its id, envelope, bytes and where it came from.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Envelope">What MAIL and RCPT said.</param>
/// <param name="Body">The bytes to send on: Relay's <c>Received:</c> field, then what the client sent.</param>
/// <param name="Origin">The session it came by.</param>
/// <param name="ReceivedAt">When its last byte was read, as <see cref="TimeProvider.GetTimestamp"/>.</param>
public sealed record ReceivedMessage(MessageId Id, Envelope Envelope, MessageBody Body, MessageOrigin Origin, long ReceivedAt)
{
    /// <summary>No client waits for the answer: where there is a spool the message is stored before anybody is asked, so that a crash leaves no doubt about it.</summary>
    public bool NobodyWaits { get; init; }
}
