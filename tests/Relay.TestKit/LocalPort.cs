using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Relay.TestKit;

/// <summary>
/// Ports for servers that have to know theirs beforehand, or come back on the same one after they were killed. They lie below the range from
/// which the kernel takes those of outgoing connections (32768 and up on Linux): none of the tests' own thousands of connections can sit on one.
/// </summary>
public static class LocalPort
{
    private const int First = 20_000;
    private const int Count = 12_000;

    // Two test processes on one machine begin at different places.
    private static int _last = Environment.ProcessId * 97 % Count;

    /// <summary>A port that nobody listens on, never the same twice in this process.</summary>
    public static int Free()
    {
        for (var tries = 0; tries < Count; tries++)
        {
            var port = First + (Interlocked.Increment(ref _last) % Count);
            if (IsFree(port))
            {
                return port;
            }
        }

        throw new InvalidOperationException("No free port.");
    }

    /// <summary><see cref="Free"/> as <c>127.0.0.1:port</c>.</summary>
    public static string FreeAddress() => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Free()}");

    /// <summary>Whether somebody takes connections there. Asking makes one, and breaks it.</summary>
    public static bool IsListening(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
