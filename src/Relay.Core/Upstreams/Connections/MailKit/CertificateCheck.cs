using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Cryptography;

namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>Which certificates of an upstream are trusted: those the system trusts for its name, any, or one that is pinned.</summary>
internal static class CertificateCheck
{
    [SuppressMessage("Security", "CA5359", Justification = "Any is what the operator wrote; the default is Verify.")]
    public static RemoteCertificateValidationCallback For(string setting) =>
        setting.ToUpperInvariant() switch
        {
            "VERIFY" => static (_, _, _, errors) => errors == SslPolicyErrors.None,
            "ANY" => static (_, _, _, _) => true,
            var pin => Pinned(pin.Replace(":", "", StringComparison.Ordinal)),
        };

    /// <summary>The pin is the whole trust: name, issuer and dates do not matter beside it.</summary>
    private static RemoteCertificateValidationCallback Pinned(string pin) =>
        (_, certificate, _, _) =>
            certificate is not null
            && string.Equals(Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData())), pin, StringComparison.Ordinal);
}
