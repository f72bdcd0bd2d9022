using System.Buffers;
using System.Runtime.CompilerServices;

namespace Relay.Core.Messages;

/// <summary>
/// The bytes of one message, in pooled memory or in a temporary file. Reference-counted: a delivery attempt may outlive the session
/// that received the message. Reading is safe for many at once.
/// </summary>
public sealed class MessageBody
{
    private const int CopyBuffer = 64 * 1024;

    private readonly BodyStorage _storage;
    private readonly BodyBlock[] _blocks = [];
    private readonly FileStream? _file;
    private readonly ReadOnlySequence<byte> _memory;
    private int _references = 1;

    internal MessageBody(BodyStorage storage, BodyBlock[] blocks, long length)
    {
        _storage = storage;
        _blocks = blocks;
        _memory = SequenceSegment.Join(blocks);
        Length = length;
    }

    internal MessageBody(BodyStorage storage, FileStream file, long length)
    {
        _storage = storage;
        _file = file;
        Length = length;
    }

    /// <summary>Bytes, all of them: Relay's own <c>Received:</c> field included.</summary>
    public long Length { get; }

    /// <summary>What was seen in the bytes while they were read; see <see cref="BodyTraits"/>.</summary>
    public BodyTraits Traits { get; init; }

    /// <summary>Takes a further reference; each is given back by <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">The last reference is gone already.</exception>
    public void AddReference()
    {
        int current;
        do
        {
            current = Volatile.Read(ref _references);
            ObjectDisposedException.ThrowIf(current <= 0, this);
        } while (Interlocked.CompareExchange(ref _references, current + 1, current) != current);
    }

    /// <summary>Gives a reference back; with the last one memory and file are freed.</summary>
    public void Release()
    {
        var left = Interlocked.Decrement(ref _references);
        if (left > 0)
        {
            return;
        }

        if (left < 0)
        {
            throw new InvalidOperationException("A message body was released more often than it was referenced.");
        }

        foreach (var block in _blocks)
        {
            block.Return(_storage);
        }

        TemporaryFile.Close(_file);
    }

    /// <summary>The bytes, if they are in memory; valid as long as a reference is held.</summary>
    public bool TryGetMemory(out ReadOnlySequence<byte> memory)
    {
        memory = _memory;
        return _file is null;
    }

    /// <summary>Fills <paramref name="head"/> with the first bytes and returns how many there were.</summary>
    public async ValueTask<int> ReadHeadAsync(Memory<byte> head, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            var count = (int)Math.Min(head.Length, _memory.Length);
            _memory.Slice(0, count).CopyTo(head.Span);
            return count;
        }

        return await RandomAccess.ReadAsync(_file.SafeFileHandle, head, 0, cancellationToken);
    }

    /// <summary>Writes all bytes to <paramref name="destination"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask CopyToAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (_file is null)
        {
            foreach (var block in _blocks)
            {
                await destination.WriteAsync(block.Written, cancellationToken);
            }

            return;
        }

        var buffer = ArrayPool<byte>.Shared.Rent(CopyBuffer);
        try
        {
            var position = 0L;
            int count;
            while ((count = await RandomAccess.ReadAsync(_file.SafeFileHandle, buffer, position, cancellationToken)) > 0)
            {
                await destination.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                position += count;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}

/// <summary>What the bytes of a message need of the servers they pass.</summary>
[Flags]
public enum BodyTraits
{
    None = 0,

    /// <summary>A byte above 127 in the header section: only for servers with SMTPUTF8 (RFC 6532).</summary>
    EightBitHeader = 1,

    /// <summary>A byte above 127 in the content.</summary>
    EightBitContent = 2,
}
