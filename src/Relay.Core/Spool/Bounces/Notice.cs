using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>Everything that one delivery status notification (RFC 3464) says.</summary>
internal sealed record Notice
{
    public required NoticeKind Kind { get; init; }

    /// <summary>The name that Relay goes by; ASCII.</summary>
    public required string HostName { get; init; }

    /// <summary>Id of the original.</summary>
    public required MessageId MessageId { get; init; }

    /// <summary>Envelope of the original: its sender is told.</summary>
    public required Envelope Envelope { get; init; }

    /// <summary>When the original was received.</summary>
    public required DateTimeOffset ArrivedAt { get; init; }

    /// <summary>When the notice is written.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Until when delivery is tried; for <see cref="NoticeKind.Delayed"/>.</summary>
    public DateTimeOffset? RetryUntil { get; init; }

    public required IReadOnlyList<NoticeRecipient> Recipients { get; init; }

    /// <summary>Whether an address in it is not ASCII, so that the forms of RFC 6533 are due.</summary>
    public bool IsInternational =>
        !Envelope.Sender.IsAscii || Recipients.Any(recipient => !recipient.Recipient.Path.IsAscii || !HasAsciiOriginal(recipient));

    private static bool HasAsciiOriginal(NoticeRecipient recipient) =>
        OriginalRecipient.Read(recipient.Recipient.OriginalRecipient) is not { } original || System.Text.Ascii.IsValid(original);
}
