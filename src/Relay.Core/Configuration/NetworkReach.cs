using System.Net;
using System.Net.Sockets;

namespace Relay.Core.Configuration;

/// <summary>How much of the Internet networks reach together, and IPv4-mapped networks as the IPv4 networks that they are.</summary>
internal static class NetworkReach
{
    private const int MappedPrefix = 96;
    private const double TooMuch = 0.5;

    // What is routed of IPv6 (RFC 4291 §2.4); the rest of the space counts for nothing.
    private static readonly IPNetwork GlobalUnicast = IPNetwork.Parse("2000::/3");

    /// <summary>Whether half of all IPv4 or IPv6 addresses, or more, lie in the networks: nobody has so many clients of his own.</summary>
    public static bool IsOpen(IEnumerable<IPNetwork> networks)
    {
        var all = networks.Select(Unmap).Distinct().ToList();
        // Two networks in CIDR form lie one in the other, or apart: those that lie in none are disjoint, and their shares add up.
        var outer = all.Where(network => !all.Exists(other => other != network && Holds(other, network))).ToList();
        return Share(outer, AddressFamily.InterNetwork) >= TooMuch || Share(outer, AddressFamily.InterNetworkV6) >= TooMuch;
    }

    /// <summary>::ffff:0:0/96 and what lies in it as IPv4; a network that holds all of that is left as it is.</summary>
    public static IPNetwork Unmap(IPNetwork network) =>
        network.BaseAddress is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true }
        && network.PrefixLength >= MappedPrefix
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix)
            : network;

    private static bool Holds(IPNetwork outer, IPNetwork inner) =>
        outer.PrefixLength <= inner.PrefixLength && outer.Contains(inner.BaseAddress);

    private static double Share(IEnumerable<IPNetwork> networks, AddressFamily family) =>
        networks.Where(network => network.BaseAddress.AddressFamily == family).Sum(network => Share(network));

    private static double Share(IPNetwork network)
    {
        if (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork)
        {
            return Math.Pow(2, -network.PrefixLength);
        }

        return Holds(network, GlobalUnicast) ? 1
            : Holds(GlobalUnicast, network) ? Math.Pow(2, GlobalUnicast.PrefixLength - network.PrefixLength)
            : 0;
    }
}
