using Relay.Core.Upstreams.Connections;

namespace Relay.Cli.Probing;

/// <summary>What the probe of one upstream found, for people and for JSON. Holds no secrets.</summary>
internal sealed record ProbeReport
{
    public required string Group { get; init; }

    public required string Name { get; init; }

    public required string Address { get; init; }

    /// <summary>Whether it would take mail.</summary>
    public required bool Works { get; init; }

    /// <summary>Time from connecting to the end of the conversation, a login included.</summary>
    public double Milliseconds { get; init; }

    /// <summary>Version of TLS that mail would go by; null where it would go in clear text.</summary>
    public string? Tls { get; init; }

    public PeerCertificate? Certificate { get; init; }

    /// <summary>Keywords of its EHLO.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>The user that it let in; null where there is none.</summary>
    public string? LoggedInAs { get; init; }

    /// <summary>What is wrong.</summary>
    public string? Problem { get; init; }

    /// <summary>What may help.</summary>
    public string? Advice { get; init; }
}
