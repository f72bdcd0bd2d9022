using System.Buffers;

namespace Relay.Core.Messages;

/// <summary>
/// Gathers the bytes of one message while they arrive. Small messages stay in pooled blocks; once a message outgrows
/// <see cref="BodyStorage.MemoryPerBody"/>, or the common memory is spent, everything moves to a temporary file.
/// </summary>
/// <remarks>
/// Use: <see cref="Write"/> as bytes come, <see cref="FlushAsync"/> after each read from the wire, <see cref="Complete"/> at the end.
/// Disposing before <see cref="Complete"/> gives everything back.
/// </remarks>
public sealed class MessageBodyWriter : IDisposable
{
    private const int FirstBlock = 8 * 1024;
    private const int FurtherBlock = 64 * 1024;

    private readonly BodyStorage _storage;
    private readonly List<BodyBlock> _blocks = new(1);
    private FileStream? _file;
    private bool _mustSpill;
    private bool _isCompleted;

    internal MessageBodyWriter(BodyStorage storage) => _storage = storage;

    /// <summary>Bytes written so far.</summary>
    public long Length { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        Length += bytes.Length;
        while (!bytes.IsEmpty)
        {
            var block = _blocks.Count > 0 && _blocks[^1].Free > 0 ? _blocks[^1] : AddBlock();
            bytes = bytes[block.Append(bytes)..];
        }
    }

    /// <summary>Moves what was written to the file if it must not stay in memory.</summary>
    /// <exception cref="IOException">The temporary file could not be written.</exception>
    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _mustSpill |= Length > BodyStorage.MemoryPerBody;
        return _mustSpill ? SpillAsync(cancellationToken) : ValueTask.CompletedTask;
    }

    /// <summary>The finished body; the caller owns its first reference.</summary>
    /// <param name="traits">What was seen in the bytes.</param>
    public MessageBody Complete(BodyTraits traits)
    {
        if (_file is not null && _blocks.Count > 0)
        {
            throw new InvalidOperationException("FlushAsync must follow the last Write.");
        }

        _isCompleted = true;
        return _file is null
            ? new MessageBody(_storage, [.. _blocks], Length) { Traits = traits }
            : new MessageBody(_storage, _file, Length) { Traits = traits };
    }

    public void Dispose()
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        ReturnBlocks();
        _file?.Dispose();
    }

    private BodyBlock AddBlock()
    {
        var size = _blocks.Count == 0 ? FirstBlock : FurtherBlock;
        var isCounted = _storage.TryReserve(size);
        _mustSpill |= !isCounted; // the bytes of this one read are kept until FlushAsync moves them
        var block = new BodyBlock(ArrayPool<byte>.Shared.Rent(size), size, isCounted);
        _blocks.Add(block);
        return block;
    }

    private async ValueTask SpillAsync(CancellationToken cancellationToken)
    {
        _file ??= TemporaryFile.Create(_storage.TemporaryFolder);
        foreach (var block in _blocks)
        {
            await _file.WriteAsync(block.Written, cancellationToken);
        }

        ReturnBlocks();
    }

    private void ReturnBlocks()
    {
        foreach (var block in _blocks)
        {
            block.Return(_storage);
        }

        _blocks.Clear();
    }
}
