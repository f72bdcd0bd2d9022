using Relay.Core.Messages;

namespace Relay.Core.Reception.Verbs;

/// <summary>The reply to a command, null when the next step ends with it, and what the session does next.</summary>
internal readonly record struct VerbResult(SmtpReply? Reply, NextStep Next = NextStep.ReadCommand)
{
    /// <summary>AUTH was understood: its reply comes when the login is over.</summary>
    public static readonly VerbResult LogIn = new(null, NextStep.LogIn);

    public static implicit operator VerbResult(SmtpReply reply) => new(reply);
}

internal enum NextStep
{
    ReadCommand,

    /// <summary>354 was said: mail data follows.</summary>
    ReceiveData,

    /// <summary>The octets of a chunk follow, and the reply comes after them.</summary>
    ReceiveChunk,

    /// <summary>The session gives the reply when it has seen that nothing stands behind the command, and a handshake follows.</summary>
    StartTls,

    /// <summary>The client logs in; the context tells how.</summary>
    LogIn,

    /// <summary>The reply is the last one.</summary>
    Close,
}
