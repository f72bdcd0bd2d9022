namespace Relay.Core.Upstreams.Connections;

/// <summary>Chooses one SASL mechanism. To try all that are offered, one after the other, would count as several failed logins when the password is wrong.</summary>
internal static class SaslChoice
{
    private static readonly string[] InsideTls = ["PLAIN", "LOGIN", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"];

    // In clear text those first that do not show the password.
    private static readonly string[] InClearText = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"];

    /// <summary>The name of the mechanism to use; null when none of those that are offered can be used.</summary>
    public static string? Choose(IReadOnlyCollection<string> offered, bool isSecure) =>
        Array.Find(isSecure ? InsideTls : InClearText, name => offered.Contains(name, StringComparer.OrdinalIgnoreCase));
}
