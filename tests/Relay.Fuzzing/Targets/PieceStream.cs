namespace Relay.Fuzzing.Targets;

/// <summary>Hands out one piece at each read, at once, and then the end.</summary>
internal sealed class PieceStream(IReadOnlyList<byte[]> pieces) : MemoryStream
{
    private int _next;
    private int _position;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_next == pieces.Count)
        {
            return new(0);
        }

        var rest = pieces[_next].AsMemory(_position);
        var count = Math.Min(rest.Length, buffer.Length);
        rest[..count].CopyTo(buffer);
        (_next, _position) = count == rest.Length ? (_next + 1, 0) : (_next, _position + count);
        return new(count);
    }
}
