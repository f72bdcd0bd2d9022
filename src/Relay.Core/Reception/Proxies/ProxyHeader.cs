using System.Buffers;
using System.Net;

namespace Relay.Core.Reception.Proxies;

/// <summary>
/// Reads the header that a balancer puts before a connection: the PROXY protocol, versions 1 and 2 (haproxy.org/download/2.9/doc/proxy-protocol.txt). It
/// comes in pieces of any size and is bounded; what is not quite right is refused, since whoever writes it decides who the client is.
/// </summary>
internal static class ProxyHeader
{
    /// <summary>Longest header in bytes: that of version 2 with its TLVs.</summary>
    public const int MaximumLength = 4096;

    private static ReadOnlySpan<byte> FirstSignature => "PROXY "u8;

    /// <summary>Whether the input begins with a whole header.</summary>
    /// <param name="input">All that has arrived.</param>
    /// <param name="source">The client; null when the header names none, and the connection is the balancer's own (LOCAL) or not of IP (UNKNOWN).</param>
    /// <param name="length">Bytes of the header.</param>
    public static ProxyHeaderStatus Read(in ReadOnlySequence<byte> input, out IPAddress? source, out int length)
    {
        source = null;
        length = 0;
        Span<byte> copy = stackalloc byte[(int)Math.Min(input.Length, Math.Max(ProxyLine.MaximumLength, ProxyBinary.LongestAddresses))];
        input.Slice(0, copy.Length).CopyTo(copy);
        ReadOnlySpan<byte> head = copy;
        return BeginsLike(head, FirstSignature) ? ProxyLine.Read(head, out source, out length)
            : BeginsLike(head, ProxyBinary.Signature) ? ProxyBinary.Read(head, input.Length, out source, out length)
            : ProxyHeaderStatus.Malformed;
    }

    /// <summary>Whether a line that came where a command was due is of such a header: the line of version 1, or the first odd one of version 2.</summary>
    public static bool IsPartOf(ReadOnlySpan<byte> line) => line.StartsWith(FirstSignature) || line.SequenceEqual("\0"u8);

    private static bool BeginsLike(ReadOnlySpan<byte> head, ReadOnlySpan<byte> signature)
    {
        var count = Math.Min(head.Length, signature.Length);
        return head[..count].SequenceEqual(signature[..count]);
    }
}

internal enum ProxyHeaderStatus
{
    /// <summary>More has to arrive.</summary>
    Incomplete,

    Whole,

    /// <summary>This is no header, or a wrong one.</summary>
    Malformed,
}
