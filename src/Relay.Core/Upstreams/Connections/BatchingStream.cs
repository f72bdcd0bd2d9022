using System.Buffers;

namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// Gathers small writes until they are flushed, so that a client that writes blocks of 4 KiB costs one system call per 64 KiB and
/// the final dot travels in the same packet as the end of the body. The buffer is rented for as long as something waits in it: an idle connection holds none.
/// </summary>
/// <remarks>One reader and one writer that take turns, as SMTP without a pipelined body is. A read flushes first: a peer that was told nothing answers nothing.</remarks>
internal sealed class BatchingStream(Stream inner) : Stream
{
    private const int BufferSize = 64 * 1024;

    private byte[]? _buffer;
    private int _length;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    /// <summary>Deadlines are the session's, not the socket's.</summary>
    public override bool CanTimeout => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>The stream below, for what only it can tell.</summary>
    internal Stream Inner => inner;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (buffer.Length > BufferSize - _length)
        {
            await WriteBufferedAsync(cancellationToken);
        }

        if (buffer.Length >= BufferSize)
        {
            await inner.WriteAsync(buffer, cancellationToken);
            return;
        }

        Append(buffer.Span);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > BufferSize - _length)
        {
            WriteBuffered();
        }

        if (buffer.Length >= BufferSize)
        {
            inner.Write(buffer);
            return;
        }

        Append(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override async Task FlushAsync(CancellationToken cancellationToken)
    {
        await WriteBufferedAsync(cancellationToken);
        await inner.FlushAsync(cancellationToken);
    }

    public override void Flush()
    {
        WriteBuffered();
        inner.Flush();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _length == 0 ? inner.ReadAsync(buffer, cancellationToken) : FlushThenReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(Span<byte> buffer)
    {
        Flush();
        return inner.Read(buffer);
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>What was not flushed is not sent: a connection is closed in the middle of a command only when it is given up.</summary>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            ReturnBuffer();
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> FlushThenReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await FlushAsync(cancellationToken);
        return await inner.ReadAsync(buffer, cancellationToken);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
        {
            return;
        }

        _buffer ??= ArrayPool<byte>.Shared.Rent(BufferSize);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private async ValueTask WriteBufferedAsync(CancellationToken cancellationToken)
    {
        if (_length == 0)
        {
            return;
        }

        await inner.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
        ReturnBuffer();
    }

    private void WriteBuffered()
    {
        if (_length == 0)
        {
            return;
        }

        inner.Write(_buffer.AsSpan(0, _length));
        ReturnBuffer();
    }

    private void ReturnBuffer()
    {
        _length = 0;
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
