namespace Relay.Core.Configuration;

/// <summary>Clients that are known by their certificate: by exactly this one, or by any that was issued by an authority.</summary>
public sealed record ClientCertificateOptions
{
    /// <summary>SHA-256 of the certificate in 64 hexadecimal digits (colons allowed).</summary>
    public string? Fingerprint { get; init; }

    /// <summary>PEM file of the authorities whose certificates are taken; instead of <see cref="Fingerprint"/>.</summary>
    public string? IssuerPath { get; init; }
}
