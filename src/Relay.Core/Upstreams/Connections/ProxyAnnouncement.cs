using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// The header of the PROXY protocol (haproxy.org/download/2.9/doc/proxy-protocol.txt) that opens a connection to an upstream. A connection of Relay's own, a health
/// check among them, says <c>UNKNOWN</c> (version 1, §2.1) or <c>LOCAL</c> (version 2, §2.2).
/// </summary>
/// <remarks>
/// A connection serves several messages of one client, which came by several of its ports: the header gives the port that Relay itself connects from, which leads from the server's log to the connection.
/// </remarks>
internal static class ProxyAnnouncement
{
    private const byte Local = 0x20;
    private const byte Proxied = 0x21;
    private const byte TcpOverFour = 0x11;
    private const byte TcpOverSix = 0x21;

    // A unix socket has no addresses; a header must have some, and port 0 is refused by some servers.
    private static readonly IPEndPoint NoEndPoint = new(IPAddress.Loopback, 25);

    private static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <summary>The header; empty where the upstream wants none.</summary>
    /// <param name="identity">Which version.</param>
    /// <param name="client">Whom the connection is for; null: Relay itself.</param>
    /// <param name="connection">The connection, for the ports and the server's address.</param>
    public static byte[] Compose(ClientIdentity identity, ForwardedClient? client, Stream connection)
    {
        var (local, server) = EndPointsOf(connection);
        return identity switch
        {
            ClientIdentity.ProxyV1 => Encoding.ASCII.GetBytes(Line(client?.Address, local.Port, server)),
            ClientIdentity.ProxyV2 => Binary(client?.Address, local.Port, server),
            _ => [],
        };
    }

    private static (IPEndPoint Local, IPEndPoint Server) EndPointsOf(Stream connection)
    {
        var socket = (connection as NetworkStream)?.Socket;
        return (socket?.LocalEndPoint as IPEndPoint ?? NoEndPoint, socket?.RemoteEndPoint as IPEndPoint ?? NoEndPoint);
    }

    private static string Line(IPAddress? client, int port, IPEndPoint server)
    {
        if (client is null)
        {
            return "PROXY UNKNOWN\r\n";
        }

        var (source, destination, isFour) = OfOneFamily(client, server.Address);
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"PROXY {(isFour ? "TCP4" : "TCP6")} {source} {destination} {port} {server.Port}\r\n"
        );
    }

    private static byte[] Binary(IPAddress? client, int port, IPEndPoint server)
    {
        if (client is null)
        {
            return [.. Signature, Local, 0, 0, 0];
        }

        var (source, destination, isFour) = OfOneFamily(client, server.Address);
        byte[] addresses = [.. source.GetAddressBytes(), .. destination.GetAddressBytes(), 0, 0, 0, 0];
        BinaryPrimitives.WriteUInt16BigEndian(addresses.AsSpan(addresses.Length - 4), (ushort)port);
        BinaryPrimitives.WriteUInt16BigEndian(addresses.AsSpan(addresses.Length - 2), (ushort)server.Port);
        return [.. Signature, Proxied, isFour ? TcpOverFour : TcpOverSix, 0, (byte)addresses.Length, .. addresses];
    }

    // A header has one family for both addresses: an IPv4 one beside IPv6 is written as the mapped address.
    private static (IPAddress Source, IPAddress Destination, bool IsFour) OfOneFamily(IPAddress client, IPAddress server)
    {
        var destination = server.IsIPv4MappedToIPv6 ? server.MapToIPv4() : server;
        var isFour = client.AddressFamily == AddressFamily.InterNetwork && destination.AddressFamily == AddressFamily.InterNetwork;
        return isFour ? (client, destination, true) : (WithoutScope(client).MapToIPv6(), WithoutScope(destination).MapToIPv6(), false);
    }

    // "fe80::1%3" is an address on this machine only.
    private static IPAddress WithoutScope(IPAddress address) => new(address.GetAddressBytes());
}
