namespace Relay.Core.Configuration;

/// <summary>Who may relay. Nobody else may: others are answered 550 5.7.1.</summary>
public sealed record AccessOptions
{
    /// <summary>Networks (CIDR) whose clients may send to anybody. Default: loopback.</summary>
    public IReadOnlyList<string> Networks { get; init; } = ["127.0.0.0/8", "::1/128"];

    /// <summary>Domains, or patterns of addresses, that take mail from anybody: for a relay in front of mail servers. Default: none.</summary>
    public IReadOnlyList<string> Recipients { get; init; } = [];

    /// <summary>Lets <see cref="Networks"/> and <see cref="Recipients"/> open the relay to everybody, which is an error otherwise. Default: false.</summary>
    public bool AllowOpenRelay { get; init; }

    /// <summary>Clients whose certificate lets them send to anybody, on listeners with TLS. Default: none, and no client is asked for one.</summary>
    public IReadOnlyList<ClientCertificateOptions> ClientCertificates { get; init; } = [];

    /// <summary>Who may log in and then send to anybody, by name. AUTH is offered when there is somebody. Names are compared without regard to case.</summary>
    public IReadOnlyDictionary<string, UserOptions> Users { get; init; } =
        new Dictionary<string, UserOptions>(StringComparer.OrdinalIgnoreCase);

    public FailedLoginOptions FailedLogins { get; init; } = new();
}
