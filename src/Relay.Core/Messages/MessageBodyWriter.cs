using System.Buffers;

namespace Relay.Core.Messages;

/// <summary>
/// Gathers the bytes of one message while they arrive. Small messages stay in pooled blocks; once a message outgrows
/// <see cref="BodyStorage.MemoryPerBody"/>, or the common memory is spent, everything moves to a temporary file.
/// </summary>
/// <remarks>
/// Use: <see cref="Write"/> as bytes come, <see cref="FlushAsync"/> after each read from the wire, <see cref="Complete"/> at the end.
/// Disposing before <see cref="Complete"/> gives everything back. Bodies that go to files take turns, for one flush at a time; whoever can leave
/// the bytes where they are until then asks <see cref="WaitForTurnAsync"/> before it writes them.
/// </remarks>
public sealed class MessageBodyWriter : IDisposable
{
    private const int FirstBlock = 8 * 1024;
    internal const int FurtherBlock = 64 * 1024;

    private readonly BodyStorage _storage;
    private readonly List<BodyBlock> _blocks = new(1);
    private FileStream? _file;
    private long _inFile;
    private bool _mustSpill;
    private bool _hasTurn;
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

    /// <summary>Waits for this body's turn at the disk if <paramref name="bytes"/> more would have to go there; the next flush ends the turn.</summary>
    public ValueTask WaitForTurnAsync(long bytes) =>
        WillSpill(bytes) && !_hasTurn && !_isCompleted ? TakeTurnAsync(CancellationToken.None) : ValueTask.CompletedTask;

    /// <summary>Moves what was written to the file if it must not stay in memory.</summary>
    /// <exception cref="IOException">The temporary file could not be written.</exception>
    public ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        _mustSpill |= Length > BodyStorage.MemoryPerBody;
        if (_mustSpill)
        {
            return SpillAsync(cancellationToken);
        }

        EndTurn(); // somebody gave memory back meanwhile
        return ValueTask.CompletedTask;
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
        EndTurn();
        ReturnBlocks();
        TemporaryFile.Close(_file);
    }

    private int Free => _blocks.Count > 0 ? _blocks[^1].Free : 0;

    private bool WillSpill(long bytes) =>
        _mustSpill || Length + bytes > BodyStorage.MemoryPerBody || (bytes > Free && _storage.IsMemorySpent);

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
        if (_blocks.Count == 0)
        {
            EndTurn();
            return;
        }

        if (!_hasTurn)
        {
            await TakeTurnAsync(cancellationToken);
        }

        try
        {
            await Task.Run(WriteBlocks, cancellationToken); // even to make a file may take long where the disk is busy
        }
        finally
        {
            EndTurn();
        }

        ReturnBlocks();
    }

    private void WriteBlocks()
    {
        _file ??= TemporaryFile.Create(_storage.TemporaryFolder);
        foreach (var block in _blocks)
        {
            RandomAccess.Write(_file.SafeFileHandle, block.Written.Span, _inFile);
            _inFile += block.Written.Length;
        }
    }

    private async ValueTask TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _storage.DiskTurns.WaitAsync(cancellationToken);
        _hasTurn = true;
    }

    private void EndTurn()
    {
        if (_hasTurn)
        {
            _hasTurn = false;
            _storage.DiskTurns.Release();
        }
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
