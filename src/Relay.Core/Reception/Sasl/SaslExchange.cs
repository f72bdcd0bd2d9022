using Relay.Core.Reception.Access;

namespace Relay.Core.Reception.Sasl;

/// <summary>One login by one mechanism (RFC 4422): takes what the client sent, and says what comes next. Knows nothing of lines and Base64.</summary>
internal abstract class SaslExchange
{
    /// <summary>The name of the mechanism, for the log.</summary>
    public abstract string Mechanism { get; }

    /// <summary>What is sent when the client has not begun by itself; empty for a mechanism in which it does.</summary>
    public abstract byte[] FirstChallenge { get; }

    /// <summary>Who the client says it is, once that is known.</summary>
    public Account? Account { get; protected set; }

    /// <param name="response">What the client sent, decoded; must not change until the answer is there.</param>
    public abstract ValueTask<SaslStep> NextAsync(byte[] response);
}
