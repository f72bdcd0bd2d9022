using System.Globalization;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Relay.Core.Upstreams.Connections;

/// <summary>The certificate that a server showed, and what is wrong with it.</summary>
/// <param name="Subject">Distinguished name of its owner.</param>
/// <param name="Issuer">Distinguished name of who signed it.</param>
/// <param name="ExpiresAt">End of its validity.</param>
/// <param name="Pin">SHA-256 of the certificate in hexadecimal digits: what <c>Certificate</c> of an upstream takes to trust exactly this one.</param>
/// <param name="Problem">Why it is not trusted; null when it is.</param>
internal sealed record PeerCertificate(string Subject, string Issuer, DateTimeOffset ExpiresAt, string Pin, string? Problem)
{
    public static PeerCertificate Of(byte[] certificate, string? problem)
    {
        using var parsed = X509CertificateLoader.LoadCertificate(certificate);
        return new PeerCertificate(parsed.Subject, parsed.Issuer, new DateTimeOffset(parsed.NotAfter), PinOf(certificate), problem);
    }

    public static string PinOf(byte[] certificate) => Convert.ToHexString(SHA256.HashData(certificate));

    /// <summary>The words of the system for a certificate it does not trust.</summary>
    public static string? ProblemOf(SslPolicyErrors errors, X509Chain? chain)
    {
        List<string> problems = [];
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            problems.Add("the server shows none");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            problems.Add("it is for another name");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var faults = chain?.ChainStatus.Select(static status => status.StatusInformation.Trim()) ?? [];
            problems.AddRange(
                faults.Where(static text => text.Length > 0).Distinct(StringComparer.Ordinal).DefaultIfEmpty("its issuer is not trusted")
            );
        }

        return problems.Count == 0 ? null : string.Join("; ", problems);
    }

    /// <summary>One line for logs and the API.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Subject}, until {ExpiresAt:yyyy-MM-dd}, SHA-256 {Pin}");
}
