using Relay.Core.Messages;

namespace Relay.Core.Reception;

/// <summary>One BDAT command (RFC 3030 §2).</summary>
/// <param name="Size">Octets that follow the command; they are read whatever the reply will be.</param>
/// <param name="IsLast">The message ends with them.</param>
/// <param name="Refusal">The reply, when the command may not come now; null when it may.</param>
internal readonly record struct Chunk(long Size, bool IsLast, SmtpReply? Refusal = null);
