using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Relay.TestKit;

/// <summary>An agent of HAProxy's agent-check protocol: says its line to whoever connects, and closes.</summary>
public sealed class AgentSocket : IAsyncDisposable
{
    private readonly IPAddress _host;
    private TcpListener? _listener;
    private Task _serving = Task.CompletedTask;
    private int _asked;

    private AgentSocket(IPAddress host) => _host = host;

    public int Port { get; private set; }

    /// <summary>As an upstream's <c>Agent</c>.</summary>
    public string Address => string.Create(CultureInfo.InvariantCulture, $"{_host}:{Port}");

    /// <summary>What it says, line end included.</summary>
    public string Line { get; set; } = "up ready 100%\n";

    /// <summary>Says nothing and keeps the connection.</summary>
    public bool IsSilent { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public static AgentSocket Started(string host = "127.0.0.1")
    {
        var agent = new AgentSocket(IPAddress.Parse(host));
        agent.Start();
        return agent;
    }

    /// <summary>Listens, on the port it had before if it had one.</summary>
    public void Start()
    {
        _listener = new TcpListener(_host, Port);
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _serving = ServeAsync(_listener);
    }

    /// <summary>Listens no more; connections are refused.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        await _serving;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ServeAsync(TcpListener listener)
    {
        List<TcpClient> kept = [];
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                if (IsSilent)
                {
                    kept.Add(client);
                }
                else
                {
                    await SayAsync(client);
                }

                Interlocked.Increment(ref _asked);
            }
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            kept.ForEach(static client => client.Dispose());
        }
    }

    private async Task SayAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(Line));
            }
            catch (IOException)
            {
                return; // whoever asked has gone
            }
        }
    }
}
