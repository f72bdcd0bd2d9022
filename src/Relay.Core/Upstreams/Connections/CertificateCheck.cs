using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// Which certificates of an upstream are trusted: those the system trusts for its name, any, or one that is pinned. One for each session, so that it can
/// tell afterwards what it saw.
/// </summary>
internal sealed class CertificateCheck(string setting)
{
    // The raw bytes: the certificate itself is disposed of with the stream.
    private byte[]? _raw;
    private string? _problem;

    /// <summary>Whether a handshake has shown that the server is the one it should be, by the authorities or by a pin.</summary>
    public bool HasVerified => _raw is not null && !HasRefused && !setting.Equals("Any", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the handshake ended here.</summary>
    public bool HasRefused => _problem is not null;

    /// <summary>What the server showed; null before a handshake.</summary>
    public PeerCertificate? Seen => _raw is null ? null : PeerCertificate.Of(_raw, _problem);

    public bool Trusts(X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        _problem = setting.ToUpperInvariant() switch
        {
            "VERIFY" => PeerCertificate.ProblemOf(errors, chain),
            "ANY" => null, // what the operator wrote; the default is Verify
            var pin => IsPinned(certificate, pin) ? null : "it is not the one that is pinned",
        };
        _raw = certificate?.GetRawCertData();
        return _problem is null;
    }

    /// <summary>The pin is the whole trust: name, issuer and dates do not matter beside it.</summary>
    private static bool IsPinned(X509Certificate? certificate, string pin) =>
        certificate is not null
        && string.Equals(
            PeerCertificate.PinOf(certificate.GetRawCertData()),
            pin.Replace(":", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
}
