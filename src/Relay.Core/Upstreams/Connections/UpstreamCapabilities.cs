namespace Relay.Core.Upstreams.Connections;

/// <summary>What a server's EHLO offered, as far as it matters for choosing it.</summary>
/// <param name="EightBitMime">8BITMIME (RFC 6152).</param>
/// <param name="SmtpUtf8">SMTPUTF8 (RFC 6531).</param>
/// <param name="MaximumSize">SIZE in bytes (RFC 1870); null when not offered or unlimited.</param>
/// <param name="Dsn">DSN (RFC 3461).</param>
/// <param name="MaximumRecipients">RCPTMAX of LIMITS (RFC 9422 §4.2): recipients in one transaction; null when not said.</param>
/// <param name="RequireTls">REQUIRETLS (RFC 8689), within TLS and from a server whose certificate was verified: without that it promises nothing.</param>
internal sealed record UpstreamCapabilities(
    bool EightBitMime,
    bool SmtpUtf8,
    long? MaximumSize,
    bool Dsn,
    int? MaximumRecipients = null,
    bool RequireTls = false
);
