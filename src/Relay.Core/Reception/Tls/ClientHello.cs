using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Relay.Core.Reception.Tls;

/// <summary>
/// What a client says of itself in the first record of a handshake (RFC 8446 §4.1.2), as far as it decides on the certificate. Nothing else rests on it: what is not
/// understood here is judged by the TLS library.
/// </summary>
/// <param name="ServerName">The name it asks for (RFC 6066 §3); null when it asks for none.</param>
/// <param name="TakesEcdsa">Whether it can check an ECDSA signature.</param>
internal sealed record ClientHello(string? ServerName, bool TakesEcdsa)
{
    private const int RecordHeader = 5;
    private const int HandshakeHeader = 4;
    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int RandomLength = 32;
    private const int LongestName = 255;

    private static readonly ClientHello Unknown = new(null, TakesEcdsa: false);
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_"u8
    );

    // secp256r1, secp384r1 and secp521r1 (RFC 8446 §4.2.3).
    private static ReadOnlySpan<ushort> EcdsaSchemes => [0x0403, 0x0503, 0x0603];

    // TLS_ECDHE_ECDSA_WITH_… AES-GCM, ChaCha20-Poly1305 and AES-CBC with SHA-2: those of TLS 1.2 that are any good.
    private static ReadOnlySpan<ushort> EcdsaSuites => [0xC02B, 0xC02C, 0xCCA9, 0xC023, 0xC024];

    /// <summary>Reads the first record.</summary>
    /// <param name="received">What has arrived.</param>
    /// <param name="hello">What it holds; of no value when more has to arrive.</param>
    /// <returns>False when more has to arrive, which is never more than one record of 16 KiB.</returns>
    public static bool TryRead(in ReadOnlySequence<byte> received, out ClientHello hello)
    {
        hello = Unknown;
        Span<byte> header = stackalloc byte[RecordHeader];
        if (received.Length < RecordHeader)
        {
            return !received.IsEmpty && received.FirstSpan[0] != HandshakeRecord;
        }

        received.Slice(0, RecordHeader).CopyTo(header);
        var length = BinaryPrimitives.ReadUInt16BigEndian(header[3..]);
        if (header[0] != HandshakeRecord || length > 1 << 14)
        {
            return true;
        }

        if (received.Length < RecordHeader + length)
        {
            return false;
        }

        hello = Parse(received.Slice(RecordHeader, length).ToArray());
        return true;
    }

    /// <summary>One that is spread over several records is not looked into: it gets the first certificate.</summary>
    private static ClientHello Parse(ReadOnlySpan<byte> message)
    {
        if (message.Length < HandshakeHeader || message[0] != ClientHelloMessage)
        {
            return Unknown;
        }

        var reader = new TlsReader(message[HandshakeHeader..]);
        var isWhole =
            reader.Skip(sizeof(ushort) + RandomLength)
            & reader.TryReadShortVector(out _) // session id
            & reader.TryReadVector(out var suites)
            & reader.TryReadShortVector(out _) // compression
            & reader.TryReadVector(out var extensions);
        return isWhole ? ParseExtensions(suites, extensions) : Unknown;
    }

    private static ClientHello ParseExtensions(ReadOnlySpan<byte> suites, ReadOnlySpan<byte> extensions)
    {
        var reader = new TlsReader(extensions);
        string? name = null;
        var (hasScheme, isTls13) = (false, false);
        while (reader.TryReadNumber(out var type) && reader.TryReadVector(out var content))
        {
            switch (type)
            {
                case 0:
                    name = ReadName(content);
                    break;
                case 13:
                    hasScheme = new TlsReader(content).TryReadVector(out var schemes) && ContainsAny(schemes, EcdsaSchemes);
                    break;
                case 43:
                    isTls13 = new TlsReader(content).TryReadShortVector(out var versions) && ContainsAny(versions, [0x0304]);
                    break;
            }
        }

        return new ClientHello(name, hasScheme && (isTls13 || ContainsAny(suites, EcdsaSuites)));
    }

    private static string? ReadName(ReadOnlySpan<byte> content)
    {
        const byte HostName = 0;
        var isName =
            new TlsReader(content).TryReadVector(out var list)
            && list is [HostName, ..]
            && new TlsReader(list[1..]).TryReadVector(out list)
            && list.Length <= LongestName
            && !list.ContainsAnyExcept(NameBytes);
        return isName && !list.IsEmpty ? Encoding.ASCII.GetString(list) : null;
    }

    private static bool ContainsAny(ReadOnlySpan<byte> numbers, ReadOnlySpan<ushort> wanted)
    {
        var reader = new TlsReader(numbers);
        while (reader.TryReadNumber(out var number))
        {
            if (wanted.Contains(number))
            {
                return true;
            }
        }

        return false;
    }
}
