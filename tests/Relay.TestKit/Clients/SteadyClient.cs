using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Relay.TestKit.Clients;

/// <summary>
/// Sends one small message after the other and notes how long each took. It has a thread of its own and sockets that block, so that what it measures is the
/// server: not the thread pool of a test that has thousands of other clients.
/// </summary>
public sealed class SteadyClient : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly int _port;
    private readonly string _source;
    private readonly bool _connectsAnew;
    private readonly List<TimeSpan> _times = [];
    private readonly List<string> _refusals = [];
    private readonly ManualResetEventSlim _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private SteadyClient(int port, string source, bool connectsAnew) => (_port, _source, _connectsAnew) = (port, source, connectsAnew);

    /// <summary>How long each message took, from MAIL, or from the connection on, to the reply to its dot.</summary>
    public IReadOnlyList<TimeSpan> Times => _times;

    /// <summary>Replies to messages that were not 250.</summary>
    public IReadOnlyList<string> Refusals => _refusals;

    /// <param name="port">On 127.0.0.1.</param>
    /// <param name="source">The client's own address in 127.0.0.0/8.</param>
    /// <param name="connectsAnew">For each message, instead of keeping one connection.</param>
    public static SteadyClient Start(int port, string source, bool connectsAnew)
    {
        var client = new SteadyClient(port, source, connectsAnew);
        new Thread(client.Run) { IsBackground = true, Name = $"client {source}" }.Start();
        return client;
    }

    /// <summary>Returns when the message under way is answered.</summary>
    /// <exception cref="IOException">A connection broke, or a reply took longer than two minutes.</exception>
    public Task StopAsync()
    {
        _stop.Set();
        return _ended.Task;
    }

    public void Dispose() => _stop.Dispose();

    private void Run()
    {
        try
        {
            using var kept = _connectsAnew ? null : Connect();
            while (!_stop.Wait(Pace))
            {
                var begin = TimeProvider.System.GetTimestamp();
                var reply = kept is null ? SendAnew() : Send(kept);
                _times.Add(TimeProvider.System.GetElapsedTime(begin));
                if (!reply.StartsWith("250", StringComparison.Ordinal))
                {
                    _refusals.Add(reply);
                }
            }

            _ended.SetResult();
        }
        catch (Exception exception)
        {
            _ended.SetException(exception);
        }
    }

    private string SendAnew()
    {
        using var connection = Connect();
        return Send(connection);
    }

    private StreamReader Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Bind(new IPEndPoint(IPAddress.Parse(_source), 0));
        socket.Connect(IPAddress.Loopback, _port);
        var stream = new NetworkStream(socket, ownsSocket: true) { ReadTimeout = (int)Patience.TotalMilliseconds };
        var connection = new StreamReader(stream, Encoding.Latin1);
        ReadReply(connection);
        Say(connection, "EHLO steady.test");
        return connection;
    }

    // The first reply that is not positive, or the one to the dot.
    private static string Send(StreamReader connection)
    {
        var reply = "";
        foreach (var text in (string[])["MAIL FROM:<honest@example.com>", "RCPT TO:<b@example.com>", "DATA", TestMessages.Small + "."])
        {
            reply = Say(connection, text);
            if (reply[0] is not ('2' or '3'))
            {
                break;
            }
        }

        return reply;
    }

    private static string Say(StreamReader connection, string text)
    {
        connection.BaseStream.Write(Encoding.Latin1.GetBytes(text + "\r\n"));
        return ReadReply(connection);
    }

    // Its last line.
    private static string ReadReply(StreamReader connection)
    {
        string line;
        do
        {
            line = connection.ReadLine() ?? throw new EndOfStreamException("The server closed the connection.");
        } while (line.Length > 3 && line[3] == '-');

        return line;
    }
}
