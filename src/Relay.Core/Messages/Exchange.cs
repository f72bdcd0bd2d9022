namespace Relay.Core.Messages;

/// <summary>What was said in one transaction with a server: the replies as they came, from which the dialogue can be told later. No part of it is a copy.</summary>
/// <param name="Recipients">Those that RCPT named.</param>
/// <param name="Mail">Reply to MAIL; null where none came.</param>
/// <param name="RecipientReplies">Replies to RCPT, in the order of the recipients.</param>
/// <param name="Data">Reply to DATA; null where none came, and where the body went by BDAT.</param>
/// <param name="Dot">Reply to the final dot, or to the last chunk.</param>
/// <param name="Earlier">The transaction of the same attempt before this one.</param>
public sealed record Exchange(
    IReadOnlyList<EnvelopeRecipient> Recipients,
    SmtpReply? Mail,
    IReadOnlyList<SmtpReply?> RecipientReplies,
    SmtpReply? Data,
    SmtpReply? Dot,
    Exchange? Earlier
);
