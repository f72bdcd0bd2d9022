using Relay.Core.Messages;

namespace Relay.Core.Spool.Bounces;

/// <summary>One recipient that a notice reports.</summary>
/// <param name="Recipient">As the original's envelope has it.</param>
/// <param name="Reply">The last words of a server, null when none could be asked.</param>
/// <param name="Upstream">Name of the upstream that said so, null if none did.</param>
/// <param name="IsUnconfirmed">The final dot was sent once and never answered: the recipient may have the message.</param>
internal sealed record NoticeRecipient(EnvelopeRecipient Recipient, SmtpReply? Reply, string? Upstream, bool IsUnconfirmed)
{
    /// <summary>When delivery was last tried; null leaves Last-Attempt-Date out, as RFC 3464 §2.3.7 asks when the time is not known.</summary>
    public DateTimeOffset? AttemptedAt { get; init; }
}
