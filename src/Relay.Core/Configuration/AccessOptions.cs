namespace Relay.Core.Configuration;

/// <summary>Who may relay. Nobody else may: others are answered 550 5.7.1.</summary>
public sealed record AccessOptions
{
    /// <summary>Networks (CIDR) whose clients may send to anybody. Default: loopback.</summary>
    public IReadOnlyList<string> Networks { get; init; } = ["127.0.0.0/8", "::1/128"];

    /// <summary>Lets <see cref="Networks"/> hold a <c>/0</c> network, which is an error otherwise. Default: false.</summary>
    public bool AllowOpenRelay { get; init; }

    /// <summary>Clients whose certificate lets them send to anybody, on listeners with TLS. Default: none, and no client is asked for one.</summary>
    public IReadOnlyList<ClientCertificateOptions> ClientCertificates { get; init; } = [];
}
