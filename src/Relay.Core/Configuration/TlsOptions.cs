namespace Relay.Core.Configuration;

/// <summary>What Relay shows of itself to clients that use TLS.</summary>
public sealed record TlsOptions
{
    /// <summary>The first is shown to clients that ask for no name, or for one that none of them has. Needed by listeners with TLS.</summary>
    public IReadOnlyList<CertificateOptions> Certificates { get; init; } = [];

    /// <summary>Time for a handshake, from the greeting of TLS to its end. Default: 30 s.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long before a certificate expires the log warns of it, once a day; 0: never. Default: 14 days.</summary>
    public TimeSpan ExpiryWarning { get; init; } = TimeSpan.FromDays(14);
}
