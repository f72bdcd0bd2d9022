using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Relay.Core.Reception;

namespace Relay.Tests.Smuggling;

/// <summary>
/// A client whose bytes reach the session in exactly the pieces in which they are sent: each write runs the session's read, so that no two pieces of a message
/// are read as one.
/// </summary>
internal sealed class PiecewiseClient : IAsyncDisposable
{
    private readonly Pipe _up = new(Inline());
    private readonly Pipe _down = new(new PipeOptions(useSynchronizationContext: false, pauseWriterThreshold: 0));
    private readonly CancellationToken _patience;
    private readonly Task _session;

    public PiecewiseClient(SmtpService service, CancellationToken patience)
    {
        _patience = patience;
        _session = service.RunAsync(new ServerSide(_up.Reader, _down.Writer), IPAddress.Loopback, clientClosed: CancellationToken.None);
    }

    public async Task SendAsync(byte[] bytes, params IEnumerable<int> cuts)
    {
        var start = 0;
        foreach (var cut in cuts.Append(bytes.Length))
        {
            await _up.Writer.WriteAsync(bytes.AsMemory(start, cut - start), _patience);
            start = cut;
        }
    }

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Last line of the next reply.</summary>
    public async Task<string> ReadReplyAsync()
    {
        while (true)
        {
            var result = await _down.Reader.ReadAsync(_patience);
            if (result.Buffer.PositionOf((byte)'\n') is { } end)
            {
                var line = Encoding.ASCII.GetString(result.Buffer.Slice(0, end)).TrimEnd('\r');
                _down.Reader.AdvanceTo(result.Buffer.GetPosition(1, end));
                if (line.Length < 4 || line[3] != '-')
                {
                    return line;
                }
            }
            else if (result.IsCompleted)
            {
                return "";
            }
            else
            {
                _down.Reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            }
        }
    }

    /// <summary>Sends, and says how the next so many replies begin.</summary>
    public async Task<string> TalkAsync(string text, int replies)
    {
        await SendAsync(text);
        var codes = new List<string>();
        while (codes.Count < replies)
        {
            codes.Add((await ReadReplyAsync())[..3]);
        }

        return string.Join(' ', codes);
    }

    public async ValueTask DisposeAsync()
    {
        await _up.Writer.CompleteAsync();
        await _session.WaitAsync(_patience);
    }

    private static PipeOptions Inline() =>
        new(readerScheduler: PipeScheduler.Inline, writerScheduler: PipeScheduler.Inline, useSynchronizationContext: false);

    private sealed record ServerSide(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
