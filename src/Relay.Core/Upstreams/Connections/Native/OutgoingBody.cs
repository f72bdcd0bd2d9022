using System.Runtime.CompilerServices;

namespace Relay.Core.Upstreams.Connections.Native;

/// <summary>
/// Where a stored body is copied to: puts it on the wire, with a dot before each line that begins with one where it goes by DATA (RFC 5321 §4.5.2), and as it is
/// where it goes by BDAT. The last piece stays on the wire unflushed, so that the end of the message goes out with it.
/// </summary>
internal sealed class OutgoingBody(SmtpWire wire, SessionGuard guard) : Stream
{
    /// <summary>One write to the connection.</summary>
    public const int BlockSize = 64 * 1024;

    /// <summary>Longest time in which not one block of the body can be written (RFC 5321 §4.5.3.2.5).</summary>
    public static readonly TimeSpan Stall = TimeSpan.FromMinutes(3);

    private const int Slice = 16 * 1024;

    private bool _isStuffed;

    /// <summary>Whether the next byte begins a line; so it is for an empty body too.</summary>
    public bool IsAtLineStart { get; private set; } = true;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>A new body begins.</summary>
    public void Begin(bool isStuffed)
    {
        _isStuffed = isStuffed;
        IsAtLineStart = true;
        guard.Expect(Stall);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            if (wire.Pending >= BlockSize)
            {
                await wire.FlushAsync();
                guard.Expect(Stall);
            }

            var slice = buffer[..Math.Min(buffer.Length, Slice)];
            Append(slice.Span);
            buffer = buffer[slice.Length..];
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // The dialogue flushes when it has put the end of the message behind it.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException("A stored body is written asynchronously.");

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_isStuffed)
        {
            AppendStuffed(bytes);
        }
        else
        {
            wire.Append(bytes);
        }

        IsAtLineStart = bytes[^1] == (byte)'\n';
    }

    private void AppendStuffed(ReadOnlySpan<byte> bytes)
    {
        if (IsAtLineStart && bytes[0] == (byte)'.')
        {
            wire.Append("."u8);
        }

        int end;
        while ((end = bytes.IndexOf("\n."u8)) >= 0)
        {
            wire.Append(bytes[..(end + 1)]);
            wire.Append("."u8);
            bytes = bytes[(end + 1)..];
        }

        wire.Append(bytes);
    }
}
