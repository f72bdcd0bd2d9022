using System.Buffers;
using System.Net;
using System.Text;
using Relay.Core.Reception.Proxies;

namespace Relay.Fuzzing.Targets;

/// <summary>The header of a balancer: whoever could make Relay read another address out of it could be anybody.</summary>
internal sealed class ProxyTarget : FuzzTarget
{
    private const int FixedPart = 16;

    public override IReadOnlyList<string> Words { get; } =
    [
        "PROXY ",
        "TCP4 ",
        "TCP6 ",
        "UNKNOWN",
        "\r\n",
        " ",
        "192.0.2.1",
        "::1",
        "::ffff:",
        "\r\n\r\n\0\r\nQUIT\n",
        "\x21\x11\0\x0c",
        "\x20\0\0\0",
        "0",
    ];

    public override void Run(byte[] input, int way)
    {
        var length = 0;
        var last = ProxyHeaderStatus.Incomplete;
        var arrived = 0;
        foreach (var piece in Cut(input, way))
        {
            arrived += piece.Length;
            var status = ProxyHeader.Read(new ReadOnlySequence<byte>(input, 0, arrived), out var source, out length);
            FuzzException.Unless(last == ProxyHeaderStatus.Incomplete || last == status, $"{last} became {status}");
            FuzzException.Unless(status == ProxyHeaderStatus.Whole || source is null, "half a header has a source");
            FuzzException.Unless(
                status != ProxyHeaderStatus.Incomplete || arrived < ProxyHeader.MaximumLength,
                $"{arrived} bytes and it still waits"
            );
            if (status == ProxyHeaderStatus.Whole)
            {
                FuzzException.Unless(length <= arrived && length <= ProxyHeader.MaximumLength, $"a header of {length} bytes");
                CompareSource(input.AsSpan(0, length), source);
            }

            last = status;
        }
    }

    private static void CompareSource(ReadOnlySpan<byte> header, IPAddress? source)
    {
        var expected = header[0] == (byte)'P' ? FromLine(Encoding.Latin1.GetString(header)) : FromBinary(header);
        FuzzException.Unless(Equals(expected, source), $"the source is {source}, not {expected}");
    }

    private static IPAddress? FromLine(string line)
    {
        FuzzException.Unless(line.EndsWith("\r\n", StringComparison.Ordinal), "the line has no end");
        var words = line[..^2].Split(' ');
        return words[1] is "TCP4" or "TCP6" ? IPAddress.Parse(words[2]) : null;
    }

    private static IPAddress? FromBinary(ReadOnlySpan<byte> header)
    {
        var announced = (header[14] << 8) + header[15];
        FuzzException.Unless(header.Length == FixedPart + announced, $"{header.Length} bytes are taken where {announced} follow");
        var isProxied = header[12] == 0x21;
        return (header[13] >> 4) switch
        {
            1 when isProxied => new IPAddress(header.Slice(FixedPart, 4)),
            2 when isProxied => new IPAddress(header.Slice(FixedPart, 16)),
            _ => null,
        };
    }
}
