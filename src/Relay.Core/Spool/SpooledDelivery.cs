using Relay.Core.Messages;
using Relay.Core.Telemetry;

namespace Relay.Core.Spool;

/// <summary>One row of the spool: a message on its way to one group.</summary>
/// <param name="Row">Number of the row.</param>
/// <param name="Message">What does not change.</param>
/// <param name="Part">What does.</param>
internal sealed record SpooledDelivery(long Row, SpooledMessage Message, SpoolPart Part);

/// <summary>What is kept of a message beside its body, so that routing and IpHash work from the spool too.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Envelope">As it came, with all recipients it had then; those that are left stand in the part.</param>
/// <param name="Origin">The session it came by.</param>
/// <param name="ReceivedAt">When it was whole.</param>
/// <param name="Size">Bytes of the body.</param>
/// <param name="Traits">What was seen in the body.</param>
internal sealed record SpooledMessage(
    MessageId Id,
    Envelope Envelope,
    MessageOrigin Origin,
    DateTimeOffset ReceivedAt,
    long Size,
    BodyTraits Traits
)
{
    /// <summary>The span of its reception, in the form of a <c>traceparent</c> field, for its runs to link to; null when none was recorded.</summary>
    public string? Trace { get; init; }

    public static SpooledMessage Of(ReceivedMessage message, DateTimeOffset receivedAt) =>
        new(message.Id, message.Envelope, message.Origin, receivedAt, message.Body.Length, message.Body.Traits)
        {
            Trace = RelayTracing.Context,
        };
}
