using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Relay.TestKit.Clients;

namespace Relay.TestKit.Sinks;

/// <summary>
/// An upstream within the test that counts what it takes, by sender, before it answers: what a client was told can be compared with what
/// arrived. It can answer late, hold its answers, break all connections and come back on the same port.
/// </summary>
/// <remarks><see cref="LoadClient"/> gives each message a sender of its own.</remarks>
public sealed class CountingSink : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _arrivals = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<CountingSinkSession, Task> _sessions = new();
    private readonly ConcurrentQueue<SinkMessage> _messages = new();
    private TaskCompletionSource _answers = Opened();
    private Socket? _listener;
    private Task _accepting = Task.CompletedTask;
    private int _count;
    private int _waiting;

    public int Port { get; } = LocalPort.Free();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    /// <summary>Time between the final dot and the reply to it.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Keeps whole messages in <see cref="Messages"/>. Default: false, they are counted only.</summary>
    public bool KeepMessages { get; init; }

    /// <summary>How often a message of each sender arrived.</summary>
    public IReadOnlyDictionary<string, int> Arrivals => _arrivals;

    /// <summary>Messages that arrived.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Messages whose dot came and that were not answered yet.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Connections open now.</summary>
    public int Connections => _sessions.Count;

    /// <summary>What arrived, with <see cref="KeepMessages"/>.</summary>
    public IReadOnlyCollection<SinkMessage> Messages => _messages;

    public static CountingSink Started(bool keepMessages = false)
    {
        var sink = new CountingSink { KeepMessages = keepMessages };
        sink.Start();
        return sink;
    }

    /// <summary>Listens, again after <see cref="StopAsync"/>.</summary>
    public void Start()
    {
        _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, Port));
        _listener.Listen(1000);
        _accepting = AcceptAsync(_listener);
    }

    /// <summary>Dies: nobody listens, every connection is reset wherever it was.</summary>
    public async Task StopAsync()
    {
        _listener?.Dispose();
        await _accepting;
        foreach (var session in _sessions.Keys)
        {
            session.Reset();
        }

        Release();
        await Task.WhenAll(_sessions.Values);
    }

    /// <summary>From now on no final dot is answered until <see cref="Release"/>: whoever sends keeps its connection busy.</summary>
    public void Hold() => _answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Answers what waits, and everything after it.</summary>
    public void Release() => _answers.TrySetResult();

    public async ValueTask DisposeAsync() => await StopAsync();

    /// <summary>Called by a session at the final dot, before anything is answered.</summary>
    internal void Arrived(SinkMessage message)
    {
        _arrivals.AddOrUpdate(message.Sender, 1, static (_, times) => times + 1);
        Interlocked.Increment(ref _count);
        if (KeepMessages)
        {
            _messages.Enqueue(message);
        }
    }

    /// <summary>Returns when the final dot may be answered.</summary>
    internal async Task WaitToAnswerAsync()
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            if (Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, TimeProvider.System);
            }

            await _answers.Task;
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static TaskCompletionSource Opened()
    {
        var opened = new TaskCompletionSource();
        opened.SetResult();
        return opened;
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket connection;
            try
            {
                connection = await listener.AcceptAsync();
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                return; // StopAsync closed the listener.
            }

            connection.NoDelay = true;
            var session = new CountingSinkSession(this, connection);
            var running = new TaskCompletionSource();
            _sessions[session] = running.Task;
            _ = RunAsync(session, running);
        }
    }

    private async Task RunAsync(CountingSinkSession session, TaskCompletionSource ended)
    {
        await session.RunAsync();
        _sessions.TryRemove(session, out _);
        ended.SetResult();
    }
}

/// <summary>A message as a sink received it.</summary>
/// <param name="Sender">Without angle brackets.</param>
/// <param name="Recipients">Without angle brackets.</param>
/// <param name="Content">Dots unstuffed; each character one byte (Latin-1).</param>
public sealed record SinkMessage(string Sender, IReadOnlyList<string> Recipients, string Content)
{
    /// <summary>When its final dot came, by the clock that nobody sets.</summary>
    public TimeSpan At { get; } = TimeProvider.System.GetElapsedTime(0);
}
