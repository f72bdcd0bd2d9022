namespace Relay.Core.Reception.Tls;

/// <summary>TLS on one listener.</summary>
/// <param name="IsImplicit">From the first byte, rather than by STARTTLS.</param>
/// <param name="IsRequired">Mail is not taken without it.</param>
/// <param name="HandshakeTimeout">Time for a handshake.</param>
/// <param name="Source">The certificates, which may be others for the next handshake.</param>
internal sealed record TlsSettings(bool IsImplicit, bool IsRequired, TimeSpan HandshakeTimeout, ServerCertificates Source);
