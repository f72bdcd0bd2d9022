using System.Net;

namespace Relay.Core.Configuration;

/// <summary>Whether access rules amount to an open relay: an error without <see cref="AccessOptions.AllowOpenRelay"/>, and a warning at the start with it.</summary>
public static class OpenRelay
{
    /// <summary>Networks that cannot be read are passed over; the validator names them.</summary>
    public static bool ByNetworks(AccessOptions access) =>
        NetworkReach.IsOpen(
            access.Networks.Select(text => IPNetwork.TryParse(text, out var network) ? network : default(IPNetwork?)).OfType<IPNetwork>()
        );

    /// <summary>Whether a pattern of <see cref="AccessOptions.Recipients"/> leaves the domain open.</summary>
    public static bool ByRecipient(string pattern) => pattern.AsSpan(pattern.LastIndexOf('@') + 1).Trim("*.").IsEmpty;

    public static bool Is(AccessOptions access) => ByNetworks(access) || access.Recipients.Any(ByRecipient);
}
