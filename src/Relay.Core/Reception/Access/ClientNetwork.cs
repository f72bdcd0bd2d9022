using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Relay.Core.Reception.Access;

/// <summary>
/// What is counted as one client: an IPv4 address, or the /64 that an IPv6 address lies in, since whoever has one address of a /64 has them all.
/// A value of its own, so that a client is looked up without anything being allocated.
/// </summary>
/// <param name="Prefix">The bits that count.</param>
/// <param name="IsIPv6">Keeps an IPv4 address apart from a network of the same bits.</param>
internal readonly record struct ClientNetwork(ulong Prefix, bool IsIPv6)
{
    private const int LongestAddress = 16;
    private const int MappedPart = 12;

    /// <summary>Null for a client without an address: a unix socket, or one within the process. IPv4-mapped addresses count as IPv4.</summary>
    public static ClientNetwork? Of(IPAddress? client)
    {
        Span<byte> bytes = stackalloc byte[LongestAddress];
        if (client is null || !client.TryWriteBytes(bytes, out _))
        {
            return null;
        }

        return client.AddressFamily == AddressFamily.InterNetwork ? OfIPv4(bytes)
            : client.IsIPv4MappedToIPv6 ? OfIPv4(bytes[MappedPart..])
            : new ClientNetwork(BinaryPrimitives.ReadUInt64BigEndian(bytes), IsIPv6: true);
    }

    private static ClientNetwork OfIPv4(ReadOnlySpan<byte> bytes) => new(BinaryPrimitives.ReadUInt32BigEndian(bytes), IsIPv6: false);
}
