using System.Net;
using Microsoft.Extensions.Logging;

namespace Relay.Core.Reception.Tls;

/// <summary>What TLS has to say of sessions, ids 130 to 139; of certificates 140 to 149.</summary>
internal static partial class TlsLog
{
    [LoggerMessage(130, LogLevel.Debug, "{Client} uses {Tls}; its certificate: {Certificate}, known: {IsKnown}")]
    public static partial void Secured(this ILogger logger, IPAddress? client, TlsDetails tls, string? certificate, bool isKnown);

    // Scanners do this hundreds of times a second; whoever looks for his own client's fault finds it at this level without a stack of ours.
    [LoggerMessage(131, LogLevel.Debug, "TLS handshake with {Client} failed: {Reason}")]
    public static partial void HandshakeFailed(this ILogger logger, IPAddress? client, string reason);

    [LoggerMessage(132, LogLevel.Warning, "{Client} sent something between STARTTLS and the handshake; the session is closed")]
    public static partial void BytesBeforeTls(this ILogger logger, IPAddress? client);

    [LoggerMessage(140, LogLevel.Information, "Certificate {Path} for {Names}, valid until {Expires:u}")]
    public static partial void CertificateLoaded(this ILogger logger, string path, string names, DateTimeOffset expires);

    [LoggerMessage(141, LogLevel.Error, "Certificates not reloaded, the running ones stay: {Errors}")]
    public static partial void CertificatesRefused(this ILogger logger, string errors);

    [LoggerMessage(142, LogLevel.Warning, "Certificate {Path} for {Names} expires at {Expires:u}, in {Days} days")]
    public static partial void CertificateExpires(this ILogger logger, string path, string names, DateTimeOffset expires, int days);

    [LoggerMessage(143, LogLevel.Warning, "Certificate {Path} for {Names} has expired at {Expires:u}: clients will not trust it")]
    public static partial void CertificateExpired(this ILogger logger, string path, string names, DateTimeOffset expires);
}
