using System.Buffers;

namespace Relay.Core.Messages;

/// <summary>A piece of pooled memory that holds part of a body.</summary>
/// <param name="buffer">Rented from the shared pool; may be longer than <paramref name="size"/>.</param>
/// <param name="size">Bytes of it that are used and counted.</param>
/// <param name="isCounted">Whether <paramref name="size"/> was taken from the common bound and must be given back.</param>
internal sealed class BodyBlock(byte[] buffer, int size, bool isCounted)
{
    private int _length;

    public int Free => size - _length;

    public ReadOnlyMemory<byte> Written => buffer.AsMemory(0, _length);

    /// <summary>Copies as much as fits and returns how much that was.</summary>
    public int Append(ReadOnlySpan<byte> bytes)
    {
        var count = Math.Min(bytes.Length, Free);
        bytes[..count].CopyTo(buffer.AsSpan(_length));
        _length += count;
        return count;
    }

    public void Return(BodyStorage storage)
    {
        if (isCounted)
        {
            storage.Release(size);
        }

        ArrayPool<byte>.Shared.Return(buffer);
    }
}
