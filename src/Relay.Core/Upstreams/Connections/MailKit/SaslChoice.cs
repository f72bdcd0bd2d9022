namespace Relay.Core.Upstreams.Connections.MailKit;

/// <summary>
/// Chooses one SASL mechanism. MailKit would try all that are offered, one after the other, and a wrong password would count as several failed logins.
/// </summary>
internal static class SaslChoice
{
    private static readonly string[] InsideTls = ["PLAIN", "LOGIN", "SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"];

    // In clear text those first that do not show the password.
    private static readonly string[] InClearText = ["SCRAM-SHA-512", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"];

    /// <summary>Leaves only the chosen mechanism in the set; false when none of them can be used.</summary>
    public static bool TryNarrow(HashSet<string> offered, bool isSecure)
    {
        var chosen = Array.Find(isSecure ? InsideTls : InClearText, name => offered.Contains(name, StringComparer.OrdinalIgnoreCase));
        offered.RemoveWhere(name => !string.Equals(name, chosen, StringComparison.OrdinalIgnoreCase));
        return chosen is not null;
    }
}
