using System.Net;

namespace Relay.Core.Messages;

/// <summary>Where a message came from: what routing, IpHash and the <c>Received:</c> field need to know of the session.</summary>
/// <param name="Client">The client's address, IPv4-mapped ones as IPv4; null for a unix socket or a client within the process.</param>
/// <param name="HelloName">What the client said in EHLO or HELO.</param>
/// <param name="Listener">Name of the listener it came in by.</param>
public sealed record MessageOrigin(IPAddress? Client, string HelloName, string Listener)
{
    /// <summary>The client was known: from its network, or by a login. Only such mail is bounced: a sender that anybody may have made up is not to be bothered.</summary>
    public bool IsTrusted { get; init; } = true;

    /// <summary>Name of the user that the client logged in as, as the configuration writes it; null when it did not.</summary>
    public string? User { get; init; }
}
