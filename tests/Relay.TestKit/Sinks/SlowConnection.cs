using System.Net;
using System.Net.Sockets;

namespace Relay.TestKit.Sinks;

/// <summary>One connection of a <see cref="SlowLink"/>: two streams of bytes that nobody looks into, but for the end of a message.</summary>
internal sealed class SlowConnection(int serverPort, Func<TimeSpan> delay)
{
    private const int BufferSize = 16 * 1024;

    private volatile bool _dotWentBy;

    /// <summary>Runs until either side ends the connection, which ends the other.</summary>
    public async Task RunAsync(Socket client, CancellationToken cancellationToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, serverPort, ending.Token);
                var pumps = new[] { PumpToServerAsync(client, server, ending.Token), PumpToClientAsync(server, client, ending.Token) };
                await Task.WhenAny(pumps);
                await ending.CancelAsync();
                await Task.WhenAll(pumps);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The connection broke, which is either side's right, or the link ends.
            }
        }
    }

    private async Task PumpToServerAsync(Socket client, Socket server, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var end = new EndOfMessage();
        while (await client.ReceiveAsync(buffer, SocketFlags.None, cancellationToken) is var length and > 0)
        {
            // Before the server can see it: its reply may come at once.
            _dotWentBy |= end.IsReachedBy(buffer.AsSpan(0, length));
            await SendAsync(server, buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private async Task PumpToClientAsync(Socket server, Socket client, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        while (await server.ReceiveAsync(buffer, SocketFlags.None, cancellationToken) is var length and > 0)
        {
            if (_dotWentBy)
            {
                _dotWentBy = false;
                await Task.Delay(delay(), TimeProvider.System, cancellationToken);
            }

            await SendAsync(client, buffer.AsMemory(0, length), cancellationToken);
        }
    }

    private static async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cancellationToken)..];
        }
    }
}
