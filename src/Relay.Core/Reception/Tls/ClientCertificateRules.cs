using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Core.Reception.Tls;

/// <summary>Which client certificates make a client known (<c>Access:ClientCertificates</c>). One that is not among them does no harm: such a client is nobody in particular.</summary>
/// <param name="fingerprints">SHA-256 of single certificates, upper case, without colons; for them name, issuer and dates do not matter.</param>
/// <param name="authorities">Those whose certificates are all taken.</param>
internal sealed class ClientCertificateRules(IReadOnlySet<string> fingerprints, X509Certificate2Collection authorities)
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    /// <summary>No client is asked for a certificate.</summary>
    public bool IsEmpty => fingerprints.Count == 0 && authorities.Count == 0;

    /// <summary>How the certificates of clients are checked: against our authorities alone, and without fetching anything from an address that a stranger names.</summary>
    public X509ChainPolicy CreatePolicy(DateTimeOffset now)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            VerificationTimeIgnored = false,
            VerificationTime = now.UtcDateTime,
        };
        policy.CustomTrustStore.AddRange(authorities);
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        return policy;
    }

    /// <param name="certificate">What the client showed, and has proved to hold the key of.</param>
    /// <param name="errors">What the check by <see cref="CreatePolicy"/> found.</param>
    public bool Knows(X509Certificate certificate, SslPolicyErrors errors) =>
        (errors == SslPolicyErrors.None && authorities.Count > 0)
        || fingerprints.Contains(certificate.GetCertHashString(HashAlgorithmName.SHA256));
}
