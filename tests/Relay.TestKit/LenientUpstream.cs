using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Relay.TestKit;

/// <summary>
/// A server as careless as those that mail was smuggled past (CVE-2023-51764, -51765, -51766): any CR or LF ends a command, and a dot between any two of them ends a
/// message, with a NUL beside it too. What goes through Relay must be one message even here. Over TCP or within the process.
/// </summary>
public sealed class LenientUpstream : IAsyncDisposable
{
    private readonly ConcurrentBag<Task> _sessions = [];
    private readonly ConcurrentBag<Stream> _streams = [];
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;

    /// <summary>Whether it offers CHUNKING, and is sent BDAT by whoever can.</summary>
    public bool TakesChunks { get; init; }

    /// <summary>As an upstream's <c>Address</c>.</summary>
    public string Address => $"127.0.0.1:{((IPEndPoint)_listener!.LocalEndPoint!).Port}";

    /// <summary>The MAIL line of each message that it has seen the end of.</summary>
    public ConcurrentQueue<string> Messages { get; } = new();

    /// <summary>All lines that it took for commands.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    public static LenientUpstream Started(bool takesChunks = false)
    {
        var upstream = new LenientUpstream { TakesChunks = takesChunks };
        upstream._listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        upstream._listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        upstream._listener.Listen(100);
        upstream._accepting = upstream.AcceptAsync(upstream._listener);
        return upstream;
    }

    /// <summary>A connection to it within the process.</summary>
    public Stream ConnectInProcess()
    {
        var (client, server) = InProcessStream.CreatePair();
        Serve(server);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        _listener?.Dispose();
        await _accepting;
        foreach (var stream in _streams)
        {
            await stream.DisposeAsync();
        }

        await Task.WhenAll(_sessions);
    }

    private async Task AcceptAsync(Socket listener)
    {
        try
        {
            while (true)
            {
                Serve(new NetworkStream(await listener.AcceptAsync(), ownsSocket: true));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return; // stopped
        }
    }

    private void Serve(Stream stream)
    {
        _streams.Add(stream);
        _sessions.Add(Task.Run(() => RunAsync(stream)));
    }

    private async Task RunAsync(Stream stream)
    {
        try
        {
            await using var connection = stream;
            await new LenientSession(this, connection).RunAsync();
        }
        catch (Exception exception) when (ScriptedConnection.IsEndOfConnection(exception))
        {
            return; // the client has gone, or the test is over
        }
    }
}
