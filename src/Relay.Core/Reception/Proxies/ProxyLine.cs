using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Relay.Core.Reception.Proxies;

/// <summary>Version 1 of the PROXY protocol (§2.1): one line of text, <c>PROXY TCP4 source destination port port</c>.</summary>
internal static class ProxyLine
{
    /// <summary>Longest line with its CRLF, as the protocol says.</summary>
    public const int MaximumLength = 107;

    private const int Words = 6;

    /// <inheritdoc cref="ProxyHeader.Read"/>
    public static ProxyHeaderStatus Read(ReadOnlySpan<byte> head, out IPAddress? source, out int length)
    {
        source = null;
        length = 0;
        var text = head[..Math.Min(head.Length, MaximumLength)];
        var end = text.IndexOf("\r\n"u8);
        var line = end < 0 ? text.TrimEnd((byte)'\r') : text[..end];
        if (line.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return ProxyHeaderStatus.Malformed;
        }

        if (end < 0)
        {
            return text.Length < MaximumLength ? ProxyHeaderStatus.Incomplete : ProxyHeaderStatus.Malformed;
        }

        length = end + 2;
        if (ReadLine(line, out source))
        {
            return ProxyHeaderStatus.Whole;
        }

        source = null; // of a line that is wrong further on nothing counts
        return ProxyHeaderStatus.Malformed;
    }

    private static bool ReadLine(ReadOnlySpan<byte> line, out IPAddress? source)
    {
        source = null;
        Span<Range> words = stackalloc Range[Words + 1];
        var count = Split(line, words);
        var family = count > 1 ? line[words[1]] : default;
        if (family.SequenceEqual("UNKNOWN"u8))
        {
            return true; // what stands behind it is to be ignored
        }

        return count == Words
            && (family.SequenceEqual("TCP4"u8) || family.SequenceEqual("TCP6"u8))
            && TryReadAddress(line[words[2]], family[^1] == '4', out source)
            && TryReadAddress(line[words[3]], family[^1] == '4', out _)
            && IsPort(line[words[4]])
            && IsPort(line[words[5]]);
    }

    // Exactly one blank stands between two words; one word more than wanted is enough to see that there are too many.
    private static int Split(ReadOnlySpan<byte> line, Span<Range> words)
    {
        var count = 0;
        foreach (var word in line.Split((byte)' '))
        {
            if (count == words.Length)
            {
                break;
            }

            words[count++] = word;
        }

        return count;
    }

    // The runtime reads more than addresses: "1", "0x7f.1", "[::1]:25", "fe80::1%eth0".
    private static bool TryReadAddress(ReadOnlySpan<byte> word, bool isFour, out IPAddress? address)
    {
        address = null;
        var text = Encoding.ASCII.GetString(word);
        if (word.ContainsAnyExcept(isFour ? "0123456789."u8 : "0123456789abcdefABCDEF:."u8) || !IPAddress.TryParse(text, out var read))
        {
            return false;
        }

        address = read;
        return isFour ? string.Equals(read.ToString(), text, StringComparison.Ordinal) : read.AddressFamily == AddressFamily.InterNetworkV6;
    }

    private static bool IsPort(ReadOnlySpan<byte> word) =>
        !word.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && (word.Length == 1 || (word.Length > 1 && word[0] != '0'))
        && Utf8Parser.TryParse(word, out ushort _, out _);
}
