using System.Buffers.Binary;

namespace Relay.Core.Reception.Tls;

/// <summary>Takes numbers and vectors (RFC 8446 §3.4) off the front of a message of TLS; never reads past its end.</summary>
internal ref struct TlsReader(ReadOnlySpan<byte> content)
{
    private ReadOnlySpan<byte> _rest = content;

    public bool Skip(int count) => TryTake(count, out _);

    public bool TryReadNumber(out ushort number)
    {
        var isThere = TryTake(sizeof(ushort), out var bytes);
        number = isThere ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : (ushort)0;
        return isThere;
    }

    /// <summary>A vector whose length stands before it in two bytes.</summary>
    public bool TryReadVector(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryReadNumber(out var length) && TryTake(length, out vector);
    }

    /// <summary>A vector whose length stands before it in one byte.</summary>
    public bool TryReadShortVector(out ReadOnlySpan<byte> vector)
    {
        vector = default;
        return TryTake(1, out var length) && TryTake(length[0], out vector);
    }

    private bool TryTake(int count, out ReadOnlySpan<byte> taken)
    {
        var isThere = count <= _rest.Length;
        taken = isThere ? _rest[..count] : default;
        _rest = isThere ? _rest[count..] : default;
        return isThere;
    }
}
