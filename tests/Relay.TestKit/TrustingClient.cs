using System.Diagnostics.CodeAnalysis;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Relay.TestKit;

/// <summary>TLS of a client that takes any certificate: tests that look at the certificate do so themselves.</summary>
public static class TrustingClient
{
    [SuppressMessage("Security", "CA5359", Justification = "The server is the test's own, and so is its certificate.")]
    public static SslClientAuthenticationOptions Options(
        string name = "localhost",
        X509Certificate2? certificate = null,
        SslProtocols protocols = SslProtocols.None
    ) =>
        new()
        {
            TargetHost = name,
            EnabledSslProtocols = protocols,
            ClientCertificates = certificate is null ? null : [certificate],
            RemoteCertificateValidationCallback = static (_, _, _, _) => true,
        };
}
