namespace Relay.Core.Reception.Tls;

/// <summary>All that comes from files: a snapshot that a handshake takes once.</summary>
/// <param name="Certificates">What Relay shows.</param>
/// <param name="Clients">What clients may show.</param>
internal sealed record TlsMaterial(CertificateSet Certificates, ClientCertificateRules Clients);
