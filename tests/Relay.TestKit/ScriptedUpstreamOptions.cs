using System.Security.Cryptography.X509Certificates;

namespace Relay.TestKit;

/// <summary>What a <see cref="ScriptedUpstream"/> offers. May be exchanged while it runs; connections that come later see the change.</summary>
public sealed record ScriptedUpstreamOptions
{
    /// <summary>Lines of the EHLO reply; STARTTLS and AUTH are added as the other options say.</summary>
    public IReadOnlyList<string> Extensions { get; init; } =
    ["PIPELINING", "SIZE 104857600", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES"];

    /// <summary>With a certificate STARTTLS is offered, or TLS expected at once.</summary>
    public X509Certificate2? Certificate { get; init; }

    /// <summary>TLS from the first byte.</summary>
    public bool ImplicitTls { get; init; }

    /// <summary>The one user there is; null: AUTH is not offered.</summary>
    public string? UserName { get; init; }

    public string? Password { get; init; }

    /// <summary>As offered behind AUTH: PLAIN and LOGIN are understood.</summary>
    public string Mechanisms { get; init; } = "PLAIN LOGIN";
}
