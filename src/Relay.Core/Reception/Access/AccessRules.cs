using System.Net;
using System.Net.Sockets;
using Relay.Core.Configuration;

namespace Relay.Core.Reception.Access;

/// <summary>Who may send to anybody: clients whose address lies in one of the networks, and nobody else.</summary>
internal sealed class AccessRules
{
    private const int MappedPrefix = 96;

    private readonly IPNetwork[] _networks;

    /// <exception cref="FormatException">A network is not in CIDR form; the validator of the configuration finds it earlier.</exception>
    public AccessRules(AccessOptions options) => _networks = [.. options.Networks.Select(network => Unmap(IPNetwork.Parse(network)))];

    /// <summary>IPv4-mapped IPv6 addresses count as IPv4. A client without an address (unix socket) has no right of its own.</summary>
    public bool MayRelay(IPAddress? client)
    {
        var address = Unmap(client);
        return address is not null && Array.Exists(_networks, network => network.Contains(address));
    }

    /// <summary>An IPv4-mapped IPv6 address as the IPv4 address that it is: a dual-stack socket shows every IPv4 client as one.</summary>
    public static IPAddress? Unmap(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;

    private static IPNetwork Unmap(IPNetwork network) =>
        network.BaseAddress is { AddressFamily: AddressFamily.InterNetworkV6, IsIPv4MappedToIPv6: true }
        && network.PrefixLength >= MappedPrefix
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedPrefix)
            : network;
}
