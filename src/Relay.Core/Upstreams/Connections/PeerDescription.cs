namespace Relay.Core.Upstreams.Connections;

/// <summary>What a server showed of itself at the opening of a session, for people who set it up.</summary>
/// <param name="Extensions">Keywords of its EHLO, as they stand after TLS and AUTH.</param>
/// <param name="Mechanisms">What AUTH may be done with.</param>
/// <param name="TlsVersion">For instance <c>Tls13</c>; null in clear text.</param>
/// <param name="Certificate">Its certificate; null in clear text.</param>
internal sealed record PeerDescription(
    IReadOnlyList<string> Extensions,
    IReadOnlyList<string> Mechanisms,
    string? TlsVersion,
    PeerCertificate? Certificate
);
