using Relay.Core.Upstreams.Connections;

namespace Relay.Tests.Upstreams.Connections.Native;

/// <summary>A connection whose other side reads only the beginning of a large write: the write does not end before the connection does.</summary>
internal sealed class ClosedWindowStream(Stream inner, int window) : Stream
{
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await inner.WriteAsync(buffer[..Math.Min(window, buffer.Length)], cancellationToken);
        if (buffer.Length > window)
        {
            await _closed.Task.WaitAsync(cancellationToken);
            throw new IOException("The connection has ended.");
        }
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.ReadAsync(buffer, cancellationToken);

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
            _closed.TrySetResult();
        }

        base.Dispose(disposing);
    }

    /// <summary>Connects to a server in this way.</summary>
    public sealed class Connector(Func<Stream> connect, int window) : IUpstreamConnector
    {
        public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken) => new(new ClosedWindowStream(connect(), window));
    }
}
