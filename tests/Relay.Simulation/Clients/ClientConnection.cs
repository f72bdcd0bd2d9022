using System.IO.Pipelines;
using System.Text;

namespace Relay.Simulation.Clients;

/// <summary>A client's connection to Relay's reception. Its pipes resume their readers and writers in the context of the pump.</summary>
internal sealed class ClientConnection : IDisposable
{
    private readonly Pipe _toRelay = CreatePipe();
    private readonly Pipe _toClient = CreatePipe();
    private readonly CancellationTokenSource _closed = new();

    public ClientConnection() => RelaySide = new Side(_toRelay.Reader, _toClient.Writer);

    public IDuplexPipe RelaySide { get; }

    /// <summary>Cancelled when the client hangs up, as Kestrel does it.</summary>
    public CancellationToken Closed => _closed.Token;

    public bool HasLeft { get; private set; }

    /// <summary>Hangs up; must be called where no context is set, for what it cancels goes on at once.</summary>
    public void Leave()
    {
        HasLeft = true;
        _closed.Cancel();
        _toClient.Reader.CancelPendingRead();
    }

    /// <summary>The process at the other end is killed.</summary>
    public void Break()
    {
        HasLeft = true;
        _toClient.Reader.CancelPendingRead();
        _toRelay.Writer.CancelPendingFlush();
    }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        if (!HasLeft)
        {
            await _toRelay.Writer.WriteAsync(bytes);
        }
    }

    /// <summary>The last line of a reply; null when the connection has ended.</summary>
    public async Task<string?> ReadReplyAsync()
    {
        while (!HasLeft)
        {
            var result = await _toClient.Reader.ReadAsync();
            var text = Encoding.ASCII.GetString(result.Buffer);
            var end = text.IndexOf("\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                _toClient.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
                if (result.IsCompleted)
                {
                    return null;
                }

                continue;
            }

            _toClient.Reader.AdvanceTo(result.Buffer.GetPosition(end + 2));
            if (text[3] == ' ')
            {
                return text[..end];
            }
        }

        return null;
    }

    public async Task CloseAsync()
    {
        await _toRelay.Writer.CompleteAsync();
        await _toClient.Reader.CompleteAsync();
    }

    public void Dispose() => _closed.Dispose();

    private static Pipe CreatePipe() =>
        new(new PipeOptions(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: true));

    private sealed record Side(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
