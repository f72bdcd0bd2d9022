using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.TestKit;

/// <summary>Certificates that nobody trusts, made on the spot.</summary>
public static class TestCertificate
{
    public static X509Certificate2 SelfSigned(string name = "localhost")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    /// <summary>A certificate for any names or IP addresses with a key of any kind, signed by an authority or by itself.</summary>
    public static X509Certificate2 Create(
        string[] names,
        bool isRsa = false,
        X509Certificate2? issuer = null,
        bool isAuthority = false,
        TimeSpan? validFor = null
    )
    {
        using AsymmetricAlgorithm key = isRsa ? RSA.Create(2048) : ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = key is RSA rsa
            ? new CertificateRequest($"CN={names[0]}", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={names[0]}", (ECDsa)key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                alternatives.AddIpAddress(address);
            }
            else
            {
                alternatives.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, critical: true));
        var now = TimeProvider.System.GetUtcNow();
        var end = now.Add(validFor ?? TimeSpan.FromHours(20));
        if (issuer is null)
        {
            return request.CreateSelfSigned(now.AddDays(-1), end);
        }

        // It must not outlive its issuer, whose end was reckoned from an earlier moment and has no fractions of seconds.
        var issuerEnd = new DateTimeOffset(issuer.NotAfter);
        using var signed = request.Create(issuer, now.AddHours(-23), end < issuerEnd ? end : issuerEnd, RandomNumberGenerator.GetBytes(8));
        return key is RSA rsaKey ? signed.CopyWithPrivateKey(rsaKey) : signed.CopyWithPrivateKey((ECDsa)key);
    }

    /// <summary>Certificate and key in one PEM text.</summary>
    public static string Pem(X509Certificate2 certificate) => certificate.ExportCertificatePem() + "\n" + KeyPem(certificate) + "\n";

    public static string KeyPem(X509Certificate2 certificate)
    {
        using var key = certificate.GetRSAPrivateKey() ?? (AsymmetricAlgorithm?)certificate.GetECDsaPrivateKey();
        return key!.ExportPkcs8PrivateKeyPem();
    }

    /// <summary>What <c>Certificate</c> of an upstream is set to, to trust exactly this one.</summary>
    public static string Pin(X509Certificate2 certificate) => Convert.ToHexString(SHA256.HashData(certificate.RawData));
}
