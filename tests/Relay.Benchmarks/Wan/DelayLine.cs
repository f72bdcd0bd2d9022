using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Relay.TestKit;

namespace Relay.Benchmarks.Wan;

/// <summary>
/// A long line to a server that is near: what is sent arrives half a round trip later, in either direction, and as much as one likes. It does in
/// user space what netem does in the kernel, which not every machine has and which wants root.
/// </summary>
/// <param name="serverPort">The server's, on 127.0.0.1.</param>
/// <param name="roundTrip">There and back.</param>
internal sealed class DelayLine(int serverPort, TimeSpan roundTrip) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Task _accepting = Task.CompletedTask;

    public int Port { get; } = LocalPort.Free();

    /// <summary>Listens.</summary>
    public void Start()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _listener.Listen(1000);
        _accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
        await _ending.CancelAsync();
        await Task.WhenAll(_connections);
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptAsync();
                _connections.Add(new DelayedConnection(serverPort, roundTrip).RunAsync(client, _ending.Token));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return; // DisposeAsync closed the listener.
            }
        }
    }
}
