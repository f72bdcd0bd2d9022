using System.IO.Pipelines;
using System.Net.Security;
using System.Text;
using Relay.Core.Smtp;
using Relay.TestKit;

namespace Relay.Tests.Reception;

/// <summary>A client that says what a test says and reads replies whole.</summary>
internal sealed class TestClient : IAsyncDisposable
{
    private StreamReader _reader;
    private readonly CancellationToken _patience;

    /// <param name="serve">Runs the session at the other end.</param>
    /// <param name="patience">Ends all waiting: a test that hangs is a test that fails.</param>
    public TestClient(Func<IDuplexPipe, Task> serve, CancellationToken patience)
    {
        _patience = patience;
        var connection = InProcessConnection.Create();
        Stream = connection.Client;
        _reader = new StreamReader(Stream, Encoding.UTF8, leaveOpen: true);
        Replies = new CountingPipeWriter(connection.Server.Output);
        Session = serve(new Pipes(connection.Server.Input, Replies));
    }

    public Stream Stream { get; private set; }

    public CountingPipeWriter Replies { get; }

    /// <summary>Ends with the session.</summary>
    public Task Session { get; }

    /// <summary>Does a handshake as the client; what is said afterwards is said within TLS. The server's certificate is <see cref="SslStream.RemoteCertificate"/>.</summary>
    public async Task<SslStream> SecureAsync(SslClientAuthenticationOptions? options = null)
    {
        var tls = new SslStream(Stream);
        await tls.AuthenticateAsClientAsync(options ?? TrustingClient.Options(), _patience);
        Stream = tls;
        _reader = new StreamReader(Stream, Encoding.UTF8, leaveOpen: true);
        return tls;
    }

    /// <summary>Sends as it is; no line end is added.</summary>
    public async Task SendRawAsync(string text) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(text), _patience);

    /// <summary>Sends one line and reads the reply to it.</summary>
    public async Task<string> SayAsync(string line)
    {
        await Stream.WriteAsync(Encoding.UTF8.GetBytes(line + "\r\n"), _patience);
        return await ReadReplyAsync();
    }

    /// <summary>One reply, its lines joined by <c>\n</c>; empty when the server has closed.</summary>
    public async Task<string> ReadReplyAsync()
    {
        var lines = new List<string>();
        while (await _reader.ReadLineAsync(_patience) is { } line)
        {
            lines.Add(line);
            if (line.Length < 4 || line[3] != '-')
            {
                break;
            }
        }

        return string.Join('\n', lines);
    }

    public async Task<string[]> ReadRepliesAsync(int count)
    {
        var replies = new string[count];
        for (var index = 0; index < count; index++)
        {
            replies[index] = await ReadReplyAsync();
        }

        return replies;
    }

    /// <summary>Says each line and asserts that all are answered 2yz or 3yz.</summary>
    public async Task SayAllAsync(params string[] lines)
    {
        foreach (var line in lines)
        {
            var reply = await SayAsync(line);
            Assert.That(reply, Does.Match("^[23]"), line);
        }
    }

    /// <summary>Everything that the server still says, to its end; the session is over then.</summary>
    public async Task<string> ReadToEndAsync()
    {
        var rest = await _reader.ReadToEndAsync(_patience);
        await Session.WaitAsync(_patience);
        return rest;
    }

    public async ValueTask DisposeAsync()
    {
        await Stream.DisposeAsync();
        await Session.WaitAsync(_patience);
    }

    private sealed record Pipes(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
