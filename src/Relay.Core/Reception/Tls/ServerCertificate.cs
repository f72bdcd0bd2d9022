using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Relay.Core.Configuration.Loading;

namespace Relay.Core.Reception.Tls;

/// <summary>A certificate ready for handshakes: what is costly (the chain, the library's own objects, session tickets) is made once and kept.</summary>
/// <param name="Path">The file it came from.</param>
/// <param name="Context">What the handshake is given.</param>
/// <param name="Names">Host names it is good for; <c>*.</c> in front stands for one label.</param>
/// <param name="IsEcdsa">Its key signs with ECDSA, which costs a server far less than RSA.</param>
/// <param name="Expires">The end of its time.</param>
internal sealed record ServerCertificate(
    string Path,
    SslStreamCertificateContext Context,
    IReadOnlyList<string> Names,
    bool IsEcdsa,
    DateTimeOffset Expires
)
{
    private const string EcPublicKey = "1.2.840.10045.2.1";

    public static ServerCertificate Of(string path, LoadedCertificate loaded)
    {
        var certificate = loaded.Certificate;
        // Offline: an issuer's certificate that is missing in the file is not fetched from an address that the certificate names.
        var context = SslStreamCertificateContext.Create(certificate, loaded.Chain, offline: true);
        var isEcdsa = string.Equals(certificate.PublicKey.Oid.Value, EcPublicKey, StringComparison.Ordinal);
        return new ServerCertificate(path, context, NamesOf(certificate), isEcdsa, new DateTimeOffset(certificate.NotAfter));
    }

    /// <summary>RFC 6125 §6.4.4: the common name counts only where there are no alternative names.</summary>
    private static string[] NamesOf(X509Certificate2 certificate)
    {
        var names = certificate
            .Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(static extension => extension.EnumerateDnsNames())
            .ToArray();
        return names.Length > 0 ? names : [certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false)];
    }
}
