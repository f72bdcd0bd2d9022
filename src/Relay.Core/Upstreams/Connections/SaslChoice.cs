using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Chooses one SASL mechanism. To try all that are offered, one after the other, would count as several failed logins when the password is wrong.</summary>
internal static class SaslChoice
{
    private static readonly string[] InsideTls = ["PLAIN", "LOGIN", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"];

    // In clear text those first that do not show the password.
    private static readonly string[] InClearText = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"];

    private static readonly string[] WithToken = ["OAUTHBEARER", "XOAUTH2"];

    /// <summary>The name of the mechanism to use; null when none of those that are offered can be used.</summary>
    /// <param name="options">May name the one that is wanted; no other is taken then.</param>
    /// <param name="offered">By the server.</param>
    /// <param name="isSecure">Within TLS.</param>
    public static string? Choose(UpstreamOptions options, IReadOnlyCollection<string> offered, bool isSecure)
    {
        var wanted =
            options.AuthMechanism is { } mechanism ? [mechanism.ToUpperInvariant()]
            : options.OAuth2 is not null ? WithToken
            : isSecure ? InsideTls
            : InClearText;
        return Array.Find(wanted, name => offered.Contains(name, StringComparer.OrdinalIgnoreCase));
    }
}
