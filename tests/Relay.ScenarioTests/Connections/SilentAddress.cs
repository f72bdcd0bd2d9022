using System.Net;
using System.Net.Sockets;

namespace Relay.ScenarioTests.Connections;

/// <summary>An address that answers no connection, as one does to which no route leads: a listener whose queue is full drops what comes.</summary>
internal sealed class SilentAddress : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _queue = [];

    private SilentAddress(IPEndPoint endPoint)
    {
        _listener.Bind(endPoint);
        _listener.Listen(0); // Linux keeps one connection all the same
        for (var i = 0; i < 3; i++)
        {
            var waiting = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            _queue.Add(waiting);
            try
            {
                waiting.Connect(endPoint);
            }
            catch (SocketException exception) when (exception.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // it goes on by itself, or waits for ever
            }
        }

        Address = endPoint.Address;
    }

    public IPAddress Address { get; }

    public static SilentAddress At(IPEndPoint endPoint) => new(endPoint);

    public void Dispose()
    {
        _queue.ForEach(static socket => socket.Dispose());
        _listener.Dispose();
    }
}
