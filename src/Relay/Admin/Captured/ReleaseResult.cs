namespace Relay.Admin.Captured;

/// <summary>What became of a mail that was released.</summary>
/// <param name="Id">Under which it is sent now, and found.</param>
/// <param name="Group">Where it goes.</param>
/// <param name="Status">As of a message: <c>delivered</c>, <c>queued</c>, <c>failed</c> …</param>
/// <param name="Reply">The last word about it; null while there is none.</param>
internal sealed record ReleaseResult(string Id, string Group, string Status, string? Reply);

/// <summary>Why a mail is not released.</summary>
/// <param name="Why">In words.</param>
/// <param name="IsUnknownMail">No mailbox holds it.</param>
/// <param name="IsUnavailable">It could be, at another time.</param>
internal sealed record ReleaseRefusal(string Why, bool IsUnknownMail = false, bool IsUnavailable = false);
