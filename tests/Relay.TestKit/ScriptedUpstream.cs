using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Relay.TestKit;

/// <summary>
/// A real SMTP server that takes mail, keeps it, and at any stage does what the test tells it to. It is strict: a MAIL in an open transaction is refused, so that a
/// client that forgets RSET is found out. Over TCP on a free port (<see cref="StartAsync"/>) or within the process (<see cref="ConnectInProcess"/>).
/// </summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<Fault> _faults = [];
    private readonly List<ReceivedMail> _received = [];
    private readonly List<ScriptedConnection> _connections = [];
    private readonly List<Task> _running = [];
    private readonly ConcurrentQueue<Exception> _unexpected = new();
    private CancellationTokenSource _stopping = new();
    private IPAddress _host = IPAddress.Loopback;
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _connectionCount;

    public ScriptedUpstreamOptions Options { get; set; } = new();

    /// <summary>The port; kept when it is stopped and started again.</summary>
    public int Port { get; private set; }

    /// <summary>As an upstream's <c>Address</c>.</summary>
    public string Address => $"{_host}:{Port}";

    /// <summary>Every message that came whole, accepted or not, in order.</summary>
    public IReadOnlyList<ReceivedMail> Received
    {
        get
        {
            lock (_lock)
            {
                return [.. _received];
            }
        }
    }

    /// <summary>The messages whose dot was answered 2yz.</summary>
    public IReadOnlyList<ReceivedMail> Accepted => [.. Received.Where(mail => mail.IsAccepted)];

    /// <summary>All command lines of all connections, in order of arrival.</summary>
    public ConcurrentQueue<string> Commands { get; } = new();

    /// <summary>User names and passwords that were tried; empty passwords where the mechanism shows none.</summary>
    public ConcurrentQueue<(string UserName, string Password)> Logins { get; } = new();

    /// <summary>Connections that have come so far.</summary>
    public int ConnectionCount => Volatile.Read(ref _connectionCount);

    /// <summary>Connections that are open now.</summary>
    public int OpenConnections
    {
        get
        {
            lock (_lock)
            {
                return _connections.Count;
            }
        }
    }

    /// <summary>The most that were open at once.</summary>
    public int MostConnections { get; private set; }

    /// <summary>Starts one, on a free port of 127.0.0.1 unless it is told otherwise.</summary>
    /// <param name="options">What it offers.</param>
    /// <param name="host">Another address of loopback.</param>
    /// <param name="port">Not any free port but this one: servers at several addresses share it.</param>
    public static async Task<ScriptedUpstream> StartAsync(ScriptedUpstreamOptions? options = null, string host = "127.0.0.1", int port = 0)
    {
        var upstream = new ScriptedUpstream
        {
            Options = options ?? new ScriptedUpstreamOptions(),
            _host = IPAddress.Parse(host),
            Port = port,
        };
        await upstream.StartAgainAsync();
        return upstream;
    }

    /// <summary>Adds a line to the script; of several that apply, the first one counts.</summary>
    public Fault On(Stage stage)
    {
        var fault = new Fault(stage);
        lock (_lock)
        {
            _faults.Add(fault);
        }

        return fault;
    }

    /// <summary>From now on everything is as usual; what is held is released.</summary>
    public void ClearFaults()
    {
        lock (_lock)
        {
            foreach (var fault in _faults)
            {
                fault.Release();
            }

            _faults.Clear();
        }
    }

    /// <summary>Listens (again), on the port it had before if it had one.</summary>
    public Task StartAgainAsync()
    {
        _stopping = new CancellationTokenSource();
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(_host, Port));
        _listener.Listen(512);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _accepting = AcceptAsync(_listener, _stopping.Token);
        return Task.CompletedTask;
    }

    /// <summary>Stops listening and resets all connections, as a killed process does.</summary>
    public async Task StopAsync()
    {
        // Resets come before the cancellation, which would end the connections in good order.
        _listener?.Dispose();
        await _accepting;
        Task[] running;
        lock (_lock)
        {
            foreach (var connection in _connections)
            {
                connection.Reset();
            }

            running = [.. _running];
        }

        await _stopping.CancelAsync();
        await Task.WhenAll(running);
    }

    /// <summary>A connection to it within the process.</summary>
    public Stream ConnectInProcess()
    {
        var (client, server) = InProcessStream.CreatePair();
        Begin(server, server.Reset);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        ClearFaults();
        await StopAsync();
        _stopping.Dispose();
        if (!_unexpected.IsEmpty)
        {
            throw new AggregateException("The scripted upstream failed by itself.", _unexpected);
        }
    }

    internal Fault? Next(Stage stage, string? recipient = null)
    {
        lock (_lock)
        {
            return _faults.Find(fault => fault.Applies(stage, recipient));
        }
    }

    /// <summary>A connection is not counted as open any more.</summary>
    internal void Leave(ScriptedConnection connection)
    {
        lock (_lock)
        {
            _connections.Remove(connection);
        }
    }

    internal void Keep(ReceivedMail mail)
    {
        lock (_lock)
        {
            _received.Add(mail);
        }
    }

    private async Task AcceptAsync(Socket listener, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var socket = await listener.AcceptAsync(stopping);
                socket.NoDelay = true;
                Begin(new NetworkStream(socket, ownsSocket: true), () => Abort(socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            return; // stopped
        }
    }

    private void Begin(Stream stream, Action reset)
    {
        var connection = new ScriptedConnection(this, stream, reset, Interlocked.Increment(ref _connectionCount));
        lock (_lock)
        {
            _connections.Add(connection);
            MostConnections = Math.Max(MostConnections, _connections.Count);
            _running.RemoveAll(task => task.IsCompleted);
            _running.Add(RunAsync(connection, _stopping.Token));
        }
    }

    private async Task RunAsync(ScriptedConnection connection, CancellationToken stopping)
    {
        await Task.Yield(); // not within the lock of the caller
        try
        {
            await connection.RunAsync(stopping);
        }
        catch (Exception exception) when (ScriptedConnection.IsEndOfConnection(exception))
        {
            // The client has gone, or the test has stopped the server.
        }
        catch (Exception exception)
        {
            _unexpected.Enqueue(exception);
        }
        finally
        {
            Leave(connection);
            await connection.DisposeAsync();
        }
    }

    private static void Abort(Socket socket)
    {
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
        socket.Close();
    }
}
