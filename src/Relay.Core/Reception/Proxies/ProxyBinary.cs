using System.Buffers.Binary;
using System.Net;

namespace Relay.Core.Reception.Proxies;

/// <summary>Version 2 of the PROXY protocol (§2.2): a signature, 4 bytes, the addresses in binary form, and TLVs, which are skipped.</summary>
internal static class ProxyBinary
{
    /// <summary>Bytes of a header up to the end of the addresses that are read.</summary>
    public const int LongestAddresses = Fixed + OfSix;

    private const int Fixed = 16;
    private const int OfFour = 12;
    private const int OfSix = 36;
    private const int OfUnix = 216;

    private const byte Local = 0x20;
    private const byte Proxied = 0x21;

    public static ReadOnlySpan<byte> Signature => [0x0D, 0x0A, 0x0D, 0x0A, 0x00, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A];

    /// <inheritdoc cref="ProxyHeader.Read"/>
    /// <param name="head">The first bytes of it.</param>
    /// <param name="arrived">Bytes that have arrived in all.</param>
    /// <param name="source">The client, or null.</param>
    /// <param name="length">Bytes of the header.</param>
    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> head, long arrived, out IPAddress? source, out int length)
    {
        source = null;
        length = 0;
        if (head.Length < Fixed)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        var (command, family) = (head[Signature.Length], head[Signature.Length + 1]);
        var behind = BinaryPrimitives.ReadUInt16BigEndian(head[(Fixed - sizeof(ushort))..]);
        if (Fixed + behind > ProxyHeader.MaximumLength || !IsKnown(command, family, behind))
        {
            return ProxyHeaderStatus.Malformed;
        }

        if (arrived < Fixed + behind)
        {
            return ProxyHeaderStatus.Incomplete;
        }

        length = Fixed + behind;
        source = command == Proxied ? SourceOf(family, head[Fixed..]) : null;
        return ProxyHeaderStatus.Whole;
    }

    // The family of LOCAL is to be ignored.
    private static bool IsKnown(byte command, byte family, int behind) =>
        command == Local
        || (
            command == Proxied
            && family switch
            {
                0x00 => true, // unspecified: the balancer does not know
                0x11 => behind >= OfFour, // TCP over IPv4
                0x21 => behind >= OfSix, // TCP over IPv6
                0x31 => behind >= OfUnix, // a unix socket
                _ => false,
            }
        );

    private static IPAddress? SourceOf(byte family, ReadOnlySpan<byte> addresses) =>
        family switch
        {
            0x11 => new IPAddress(addresses[..4]),
            0x21 => new IPAddress(addresses[..16]),
            _ => null,
        };
}
