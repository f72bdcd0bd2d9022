using Relay.Core.Messages;

namespace Relay.Core.Reception;

/// <summary>The transaction that MAIL opened, as it grows; <see cref="ToEnvelope"/> is what becomes of it.</summary>
internal sealed class MailTransaction(MailPath sender)
{
    public MailPath Sender { get; } = sender;

    public List<EnvelopeRecipient> Recipients { get; } = [];

    public BodyType Body { get; set; }

    public bool SmtpUtf8 { get; set; }

    public bool RequireTls { get; set; }

    public long? DeclaredSize { get; set; }

    public DsnReturn Return { get; set; }

    public string? EnvelopeId { get; set; }

    /// <summary>What has come of the message by BDAT; null before the first chunk.</summary>
    public ChunkedMessage? Chunks { get; set; }

    public Envelope ToEnvelope() =>
        new()
        {
            Sender = Sender,
            Recipients = Recipients,
            Body = Body,
            SmtpUtf8 = SmtpUtf8,
            RequireTls = RequireTls,
            DeclaredSize = DeclaredSize,
            Return = Return,
            EnvelopeId = EnvelopeId,
        };
}
