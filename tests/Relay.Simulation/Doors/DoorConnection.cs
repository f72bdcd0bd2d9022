using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Relay.Core.Smtp;
using Relay.Simulation.Engine;
using Relay.TestKit;

namespace Relay.Simulation.Doors;

/// <summary>A connection as Kestrel hands it over, and its other end, which a client reads and writes in clear text or over TLS.</summary>
internal sealed class DoorConnection : ConnectionContext, IDisposable
{
    private readonly Pipe _toRelay;
    private readonly Pipe _toClient;
    private readonly CancellationTokenSource _closed = new();
    private readonly StringBuilder _read = new();
    private readonly byte[] _buffer = new byte[4096];
    private Stream _stream;

    public DoorConnection(IPAddress? peer, VirtualTime time)
    {
        var wire = new DoorWire(time);
        (_toRelay, _toClient) = (wire.CreatePipe(), wire.CreatePipe());
        _stream = new DuplexPipeStream(_toClient.Reader, _toRelay.Writer);
        Transport = new Side(_toRelay.Reader, _toClient.Writer);
        RemoteEndPoint = peer is null ? null : new IPEndPoint(peer, 4711);
        ConnectionClosed = _closed.Token;
    }

    public override string ConnectionId { get; set; } = "";

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport { get; set; }

    public override EndPoint? RemoteEndPoint { get; set; }

    public bool HasLeft { get; private set; }

    public bool IsOverTls => _stream is SslStream;

    /// <summary>Relay ends a connection whose client does not read.</summary>
    public override void Abort(ConnectionAbortedException abortReason) => _closed.Cancel();

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

    public Task WriteAsync(string text) => WriteAsync(Encoding.Latin1.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (!HasLeft)
            {
                await _stream.WriteAsync(bytes);
            }
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            // What comes is read all the same, and it ends too.
        }
    }

    /// <summary>Begins TLS as its client; false when there is nobody who goes along.</summary>
    public async Task<bool> SecureAsync()
    {
        var tls = new SslStream(_stream, leaveInnerStreamOpen: true);
        try
        {
            var options = TrustingClient.Options("relay.test");
            options.AllowTlsResume = false; // what one schedule leaves behind must not change another
            await tls.AuthenticateAsClientAsync(options);
            _stream = tls;
            return true;
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return false;
        }
    }

    /// <summary>The last line of a reply; null when the connection has ended.</summary>
    public async Task<string?> ReadReplyAsync()
    {
        while (!HasLeft)
        {
            var text = _read.ToString();
            var end = text.IndexOf("\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                _read.Remove(0, end + 2);
                if (text[3] == ' ')
                {
                    return text[..end];
                }
            }
            else if (!await ReadMoreAsync())
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>As Kestrel does when its handler returns.</summary>
    public async Task EndAsync()
    {
        await Transport.Output.CompleteAsync();
        await Transport.Input.CompleteAsync();
    }

    /// <summary>Ends what the client sends, and no more.</summary>
    public void HangUp() => _toRelay.Writer.Complete();

    public async Task CloseAsync()
    {
        await _toRelay.Writer.CompleteAsync();
        await _toClient.Reader.CompleteAsync();
    }

    public void Dispose() => _closed.Dispose();

    private async Task<bool> ReadMoreAsync()
    {
        try
        {
            var count = await _stream.ReadAsync(_buffer);
            _read.Append(Encoding.Latin1.GetString(_buffer, 0, count));
            return count > 0;
        }
        catch (Exception exception) when (IsEnd(exception))
        {
            return false;
        }
    }

    private static bool IsEnd(Exception exception) =>
        exception
            is IOException
                or OperationCanceledException
                or InvalidOperationException
                or ObjectDisposedException
                or System.Security.Authentication.AuthenticationException;

    private sealed record Side(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
