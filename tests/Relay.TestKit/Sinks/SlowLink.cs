using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Relay.TestKit.Sinks;

/// <summary>
/// Stands before a real server and makes it slow: the reply to a final dot is held back for a time that can be changed while it runs.
/// smtp-sink itself can only wait for whole seconds.
/// </summary>
/// <param name="serverPort">The server's, on 127.0.0.1.</param>
public sealed class SlowLink(int serverPort) : IAsyncDisposable
{
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private Task _accepting = Task.CompletedTask;

    public int Port { get; } = LocalPort.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>How long the reply to a final dot is held back.</summary>
    public TimeSpan Delay { get; set; }

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
                client.NoDelay = true;
                _connections.Add(new SlowConnection(serverPort, () => Delay).RunAsync(client, _ending.Token));
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return; // DisposeAsync closed the listener.
            }
        }
    }
}
