using System.Net;
using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>Peers that are trusted with something, by their networks.</summary>
internal sealed class NetworkList
{
    private readonly IPNetwork[] _networks;

    /// <exception cref="FormatException">A network is not in CIDR form; the validator of the configuration finds it earlier.</exception>
    public NetworkList(IReadOnlyList<string> networks) =>
        _networks = [.. networks.Select(network => NetworkReach.Unmap(IPNetwork.Parse(network)))];

    public static NetworkList Nobody { get; } = new([]);

    /// <summary>IPv4-mapped IPv6 addresses count as IPv4. Whoever has no address (unix socket) is in no network.</summary>
    public bool Contains(IPAddress? peer)
    {
        var address = AccessRules.Unmap(peer);
        return address is not null && Array.Exists(_networks, network => network.Contains(address));
    }
}
