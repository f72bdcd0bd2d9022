using System.Buffers;
using System.Net;
using System.Text;
using CsCheck;
using Relay.Core.Reception.Proxies;

namespace Relay.Tests.Reception.Proxies;

internal sealed class ProxyHeaderTests
{
    private static readonly byte[] Signature = "\r\n\r\n\0\r\nQUIT\n"u8.ToArray();
    private static readonly byte[] Four = [192, 0, 2, 1, 10, 0, 0, 1, 0x12, 0x34, 0, 25];
    private static readonly byte[] Six = [.. IPAddress.Parse("2001:db8::1").GetAddressBytes(), .. new byte[16], 0x12, 0x34, 0, 25];

    private static IEnumerable<TestCaseData<byte[], string?>> Sound()
    {
        yield return new(Text("PROXY TCP4 192.0.2.1 10.0.0.1 4660 25\r\n"), "192.0.2.1");
        yield return new(Text("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n"), "255.255.255.255");
        yield return new(Text("PROXY TCP6 2001:DB8::1 ::1 0 25\r\n"), "2001:db8::1");
        yield return new(Text("PROXY TCP6 ::ffff:192.0.2.1 ::1 4660 25\r\n"), "::ffff:192.0.2.1");
        yield return new(Text("PROXY UNKNOWN\r\n"), null);
        yield return new(Text("PROXY UNKNOWN 192.0.2.1 whatever  there is\r\n"), null);
        yield return new(Text($"PROXY UNKNOWN {new string('f', 91)}\r\n"), null);
        yield return new(Binary(0x21, 0x11, Four), "192.0.2.1");
        yield return new(Binary(0x21, 0x11, [.. Four, 0x04, 0, 2, 1, 2]), "192.0.2.1");
        yield return new(Binary(0x21, 0x21, Six), "2001:db8::1");
        yield return new(Binary(0x21, 0x21, [.. Six, .. new byte[4096 - 16 - 36]]), "2001:db8::1");
        yield return new(Binary(0x21, 0x31, new byte[216]), null);
        yield return new(Binary(0x21, 0x00, []), null);
        yield return new(Binary(0x21, 0x00, new byte[7]), null);
        yield return new(Binary(0x20, 0x00, []), null);
        yield return new(Binary(0x20, 0x11, Four), null);
    }

    private static IEnumerable<byte[]> Unsound()
    {
        string[] lines =
        [
            "PROXY\r\n",
            "PROXY \r\n",
            "proxy TCP4 192.0.2.1 10.0.0.1 1 25\r\n",
            "PROXY tcp4 192.0.2.1 10.0.0.1 1 25\r\n",
            "PROXY TCP5 192.0.2.1 10.0.0.1 1 25\r\n",
            "PROXY UNKNOWNS\r\n",
            "PROXY  TCP4 192.0.2.1 10.0.0.1 1 25\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 1 25 \r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 1 25 6\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 1\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 1 65536\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 -1 25\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 01 25\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1  25\r\n",
            "PROXY TCP4 192.0.2.256 10.0.0.1 1 25\r\n",
            "PROXY TCP4 192.0.2 10.0.0.1 1 25\r\n",
            "PROXY TCP4 1 10.0.0.1 1 25\r\n",
            "PROXY TCP4 192.0.2.01 10.0.0.1 1 25\r\n",
            "PROXY TCP4 2001:db8::1 10.0.0.1 1 25\r\n",
            "PROXY TCP4 192.0.2.1 ::1 1 25\r\n",
            "PROXY TCP6 192.0.2.1 ::1 1 25\r\n",
            "PROXY TCP6 fe80::1%1 ::1 1 25\r\n",
            "PROXY TCP6 [2001:db8::1] ::1 1 25\r\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 1 25\n",
            "PROXY TCP4 192.0.2.1 10.0.0.1 1 25\rX",
            "PROXY TCP4 192.0.2.1\t10.0.0.1 1 25\r\n",
            "PROXY UNKNOWN \0\r\n",
            $"PROXY UNKNOWN {new string('f', 92)}\r\n",
            $"PROXY UNKNOWN {new string('f', 200)}",
            "EHLO client.example.com\r\n",
            "\r\n\r\n\r\n",
        ];
        return lines
            .Select(Text)
            .Concat([
                Binary(0x11, 0x11, Four),
                Binary(0x22, 0x11, Four),
                Binary(0x2F, 0x11, Four),
                Binary(0x21, 0x12, Four),
                Binary(0x21, 0x41, Four),
                Binary(0x21, 0x11, Four[..11]),
                Binary(0x21, 0x21, Six[..35]),
                Binary(0x21, 0x31, new byte[215]),
                Binary(0x21, 0x11, [.. Four, .. new byte[4096 - 16 - 12 + 1]]),
                Binary(0x20, 0x00, new byte[65535]),
            ]);
    }

    [TestCaseSource(nameof(Sound))]
    public void A_header_is_read_whole_wherever_it_is_cut_and_what_follows_is_left(byte[] header, string? source)
    {
        byte[] wire = [.. header, .. "EHLO client.example.com\r\n"u8];
        for (var arrived = 0; arrived <= wire.Length; arrived++)
        {
            for (var cut = 0; cut <= Math.Min(arrived, 120); cut++)
            {
                var status = ProxyHeader.Read(Pieces(wire[..cut], wire[cut..arrived]), out var read, out var length);
                if (arrived < header.Length)
                {
                    Assert.That(status, Is.EqualTo(ProxyHeaderStatus.Incomplete), $"{arrived} bytes have arrived");
                }
                else
                {
                    Assert.That((status, read?.ToString(), length), Is.EqualTo((ProxyHeaderStatus.Whole, source, header.Length)));
                }
            }

            arrived += arrived is > 200 and < 4000 ? 99 : 0; // the long one: its begin and its end are what matters
        }
    }

    [TestCaseSource(nameof(Unsound))]
    public void What_is_not_quite_right_is_refused_as_soon_as_it_is_seen_and_for_good(byte[] wire)
    {
        var isRefused = false;
        for (var arrived = 1; arrived <= wire.Length; arrived++)
        {
            var status = ProxyHeader.Read(new ReadOnlySequence<byte>(wire, 0, arrived), out var source, out _);
            Assert.That(status, Is.Not.EqualTo(ProxyHeaderStatus.Whole));
            Assert.That(source, Is.Null);
            Assert.That(!isRefused || status == ProxyHeaderStatus.Malformed, "once refused, always refused");
            isRefused |= status == ProxyHeaderStatus.Malformed;
        }

        Assert.That(isRefused);
    }

    [Test]
    public void Nothing_that_arrives_brings_the_reader_out_of_order() =>
        Gen.Select(Gen.OneOf(Gen.Const(Signature), Gen.Const(Text("PROXY ")), Gen.Const(Text("PROXY TCP4 "))), Gen.Byte.Array[0, 300])
            .Sample(
                (begin, rest) =>
                {
                    var input = new ReadOnlySequence<byte>([.. begin, .. rest]);
                    var status = ProxyHeader.Read(input, out _, out var length);
                    return status == ProxyHeaderStatus.Whole ? length > 0 && length <= input.Length : length >= 0;
                },
                iter: 20_000
            );

    private static byte[] Text(string text) => Encoding.Latin1.GetBytes(text);

    private static byte[] Binary(byte command, byte family, byte[] rest) =>
        [.. Signature, command, family, (byte)(rest.Length >> 8), (byte)rest.Length, .. rest];

    private static ReadOnlySequence<byte> Pieces(byte[] first, byte[] second)
    {
        var begin = new Piece(first, 0);
        var end = begin.Append(second);
        return new ReadOnlySequence<byte>(begin, 0, end, second.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, long index) => (Memory, RunningIndex) = (bytes, index);

        public Piece Append(byte[] bytes)
        {
            var next = new Piece(bytes, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
