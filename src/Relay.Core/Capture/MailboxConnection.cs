using System.Buffers;
using System.IO.Pipelines;

namespace Relay.Core.Capture;

/// <summary>The other end of a session with faults: commands to the mailbox, whole replies from it.</summary>
internal sealed class MailboxConnection(Stream stream) : IAsyncDisposable
{
    private readonly PipeReader _replies = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    public ValueTask SendAsync(byte[] bytes, CancellationToken cancellationToken) => stream.WriteAsync(bytes, cancellationToken);

    /// <summary>All lines of one reply, as they came.</summary>
    /// <exception cref="IOException">The mailbox has closed the session.</exception>
    public async Task<byte[]> ReadReplyAsync(CancellationToken cancellationToken)
    {
        await stream.FlushAsync(cancellationToken);
        while (true)
        {
            var result = await _replies.ReadAsync(cancellationToken);
            if (EndOf(result.Buffer) is { } end)
            {
                var reply = result.Buffer.Slice(0, end).ToArray();
                _replies.AdvanceTo(end);
                return reply;
            }

            _replies.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                throw new IOException("The mailbox has closed the session.");
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _replies.CompleteAsync();
        await stream.DisposeAsync();
    }

    /// <summary>Behind the first line that has no hyphen after its code (RFC 5321 §4.2.1); null when it has not come yet.</summary>
    private static SequencePosition? EndOf(ReadOnlySequence<byte> buffer)
    {
        const int CodeLength = 3;
        var lines = new SequenceReader<byte>(buffer);
        while (lines.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            var isLast = line.Length <= CodeLength || line.Slice(CodeLength).FirstSpan[0] != (byte)'-';
            if (isLast)
            {
                return lines.Position;
            }
        }

        return null;
    }
}
