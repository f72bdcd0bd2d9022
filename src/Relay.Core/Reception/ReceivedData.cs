using Relay.Core.Messages;

namespace Relay.Core.Reception;

/// <summary>What came of one DATA command: a body to hand on, a reply that refuses it, or an end before its end.</summary>
/// <param name="End">How the mail data ended.</param>
/// <param name="Body">The message, when it is in order; the receiver of this value owns the reference.</param>
/// <param name="Refusal">The reply to the end of data, when it is not.</param>
internal readonly record struct ReceivedData(DataEnd End, MessageBody? Body = null, SmtpReply? Refusal = null);

internal enum DataEnd
{
    /// <summary>CRLF.CRLF was read.</summary>
    Whole,

    /// <summary>The client hung up before.</summary>
    ClientGone,

    /// <summary>The client was silent too long, or took too long in all.</summary>
    TimedOut,

    /// <summary>The client sent less than the least data rate, so that its time was used up.</summary>
    TooSlow,

    /// <summary>The process ends and waits no longer.</summary>
    ShutDown,
}
