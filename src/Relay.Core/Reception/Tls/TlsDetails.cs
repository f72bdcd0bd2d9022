using System.Net.Security;
using System.Security.Authentication;

namespace Relay.Core.Reception.Tls;

/// <summary>What a handshake came to.</summary>
/// <param name="Protocol">TLS 1.2 or 1.3.</param>
/// <param name="Cipher">Name of the suite, as IANA registers it.</param>
/// <param name="Client">Subject of the certificate that the client showed; null when it showed none.</param>
/// <param name="IsKnownClient">That certificate lets it relay.</param>
internal sealed record TlsDetails(SslProtocols Protocol, TlsCipherSuite Cipher, string? Client = null, bool IsKnownClient = false)
{
    /// <summary>The clause of a <c>Received:</c> field (RFC 8314 §4.3), with the version as a comment.</summary>
    public string Clause { get; } = $"tls {Cipher} ({NameOf(Protocol)})";

    public override string ToString() => $"{NameOf(Protocol)} {Cipher}";

    private static string NameOf(SslProtocols protocol) =>
        protocol switch
        {
            SslProtocols.Tls12 => "TLS1.2",
            SslProtocols.Tls13 => "TLS1.3",
            _ => "TLS",
        };
}
