using System.Buffers;
using System.IO.Pipelines;

namespace Relay.Core.Capture;

/// <summary>What a client sends, by lines and by whole bodies.</summary>
internal sealed class FaultyInput(PipeReader reader)
{
    /// <summary>No command is longer; recipients and their parameters have at most a few thousand octets.</summary>
    private const int LongestLine = 64 * 1024;

    /// <summary>A line with its end; null when the client has left.</summary>
    public async Task<byte[]?> ReadLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var next = result.Buffer.GetPosition(1, end);
                var line = result.Buffer.Slice(0, next).ToArray();
                reader.AdvanceTo(next);
                return line;
            }

            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted || result.Buffer.Length > LongestLine)
            {
                return null;
            }
        }
    }

    /// <summary>Waits for the first octets of something.</summary>
    public async Task ReadSomeAsync(CancellationToken cancellationToken)
    {
        var result = await reader.ReadAsync(cancellationToken);
        reader.AdvanceTo(result.Buffer.End);
    }

    /// <summary>Reads to the end of the message, and passes it on without its final dot.</summary>
    /// <param name="mailbox">Null when nobody is to have it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">The client has left before the end.</exception>
    public async Task CopyBodyAsync(MailboxConnection? mailbox, CancellationToken cancellationToken)
    {
        while (await ReadBodyLineAsync(cancellationToken) is { } piece)
        {
            if (mailbox is not null)
            {
                await mailbox.SendAsync(piece, cancellationToken);
            }
        }
    }

    private bool _isInsideLine;

    /// <summary>Whole lines, or a piece of one that is very long; null at the final dot, which is read and not returned.</summary>
    private async Task<byte[]?> ReadBodyLineAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var result = await reader.ReadAsync(cancellationToken);
            var end = result.Buffer.PositionOf((byte)'\n');
            if (end is null && result.Buffer.Length <= LongestLine)
            {
                reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (result.IsCompleted)
                {
                    throw new IOException("The client has left in the middle of a message.");
                }

                continue;
            }

            var next = end is { } newline ? result.Buffer.GetPosition(1, newline) : result.Buffer.End;
            var line = result.Buffer.Slice(0, next).ToArray();
            reader.AdvanceTo(next);
            var isDot = !_isInsideLine && line.AsSpan().SequenceEqual(".\r\n"u8);
            _isInsideLine = end is null;
            return isDot ? null : line;
        }
    }
}
