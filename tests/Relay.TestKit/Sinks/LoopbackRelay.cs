using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Relay.TestKit.Sinks;

/// <summary>Stands on a port of its own before a real server: takes connections until it is disposed of, and then waits for those that run.</summary>
public abstract class LoopbackRelay : IAsyncDisposable
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
        GC.SuppressFinalize(this);
    }

    /// <summary>Serves one connection, which is the callee's, to its end.</summary>
    protected abstract Task ServeAsync(Socket client, CancellationToken ending);

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                var client = await _listener.AcceptAsync();
                _connections.Add(ServeAsync(client, _ending.Token));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return; // DisposeAsync closed the listener.
            }
        }
    }
}
