using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Relay.TestKit.Sinks;

/// <summary>
/// Stands before a real server, and can be cut: connections stay, and nothing gets through, not even their ends. What was sent meanwhile arrives when it is mended, as late
/// as it then is.
/// </summary>
/// <param name="serverPort">The server's, on 127.0.0.1.</param>
public sealed class CutLink(int serverPort) : LoopbackRelay
{
    private const int BufferSize = 64 * 1024;

    private volatile TaskCompletionSource _passing = Mended();

    public string Address => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{Port}");

    public void Cut() => _passing = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Mend() => _passing.TrySetResult();

    protected override async Task ServeAsync(Socket client, CancellationToken ending)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        using (client)
        {
            try
            {
                await _passing.Task.WaitAsync(either.Token);
                await server.ConnectAsync(IPAddress.Loopback, serverPort, either.Token);
                Task[] pumps = [PumpAsync(client, server, either.Token), PumpAsync(server, client, either.Token)];
                await Task.WhenAny(pumps);
                await either.CancelAsync();
                await Task.WhenAll(pumps);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Either side has ended the connection, or the link ends.
            }
        }
    }

    private async Task PumpAsync(Socket from, Socket to, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        try
        {
            while (await from.ReceiveAsync(buffer, SocketFlags.None, cancellationToken) is var length and > 0)
            {
                await _passing.Task.WaitAsync(cancellationToken);
                for (var sent = 0; sent < length; )
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), SocketFlags.None, cancellationToken);
                }
            }
        }
        finally
        {
            // An end does not get through either.
            await _passing.Task.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource Mended()
    {
        var mended = new TaskCompletionSource();
        mended.SetResult();
        return mended;
    }
}
