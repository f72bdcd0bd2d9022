using System.Security.Cryptography.X509Certificates;

namespace Relay.Core.Configuration.Loading;

/// <summary>What a certificate's files held.</summary>
/// <param name="Certificate">With its private key.</param>
/// <param name="Chain">All certificates of the file: those of the issuers are sent along.</param>
internal sealed record LoadedCertificate(X509Certificate2 Certificate, X509Certificate2Collection Chain) : IDisposable
{
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Chain)
        {
            certificate.Dispose();
        }
    }
}
