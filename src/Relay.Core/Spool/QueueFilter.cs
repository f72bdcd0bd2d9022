namespace Relay.Core.Spool;

/// <summary>Which rows an operator means; what is null does not matter.</summary>
internal sealed record QueueFilter
{
    public SpoolState? State { get; init; }

    /// <summary>Part of the sender's address, in any case.</summary>
    public string? Sender { get; init; }

    /// <summary>Part of a recipient's address, in any case.</summary>
    public string? Recipient { get; init; }

    public string? Group { get; init; }

    public Messages.MessageId? Message { get; init; }

    /// <summary>Rows behind this one only.</summary>
    public long After { get; init; }
}
