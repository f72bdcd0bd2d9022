using System.IO.Pipelines;

namespace Relay.TestKit;

/// <summary>Two ends of a connection within the process.</summary>
public sealed class InProcessStream : Stream
{
    private readonly Stream _reading;
    private readonly PipeReader _reader;
    private readonly PipeWriter _writer;

    private InProcessStream(Pipe from, Pipe to)
    {
        (_reader, _writer) = (from.Reader, to.Writer);
        _reading = _reader.AsStream(leaveOpen: true);
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public static (InProcessStream Client, InProcessStream Server) CreatePair()
    {
        var (up, down) = (new Pipe(), new Pipe());
        return (new InProcessStream(down, up), new InProcessStream(up, down));
    }

    /// <summary>What a RST is on a socket: the other end fails instead of reading an end.</summary>
    public void Reset()
    {
        _writer.Complete(new IOException("The connection was reset."));
        _reader.Complete();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _reading.ReadAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var flushed = await _writer.WriteAsync(buffer, cancellationToken);
        if (flushed.IsCompleted)
        {
            throw new IOException("The other end has closed.");
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
        // Nothing is kept back here.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _writer.Complete();
            _reader.Complete();
        }

        base.Dispose(disposing);
    }
}
