using System.Net;
using System.Net.Sockets;

namespace Relay.Benchmarks.Wan;

/// <summary>One connection over a <see cref="DelayLine"/>.</summary>
internal sealed class DelayedConnection(int serverPort, TimeSpan roundTrip)
{
    /// <summary>Runs until both sides have ended it, or one has broken it.</summary>
    public async Task RunAsync(Socket client, CancellationToken cancellationToken)
    {
        using var breaking = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (client)
        {
            client.NoDelay = true;
            try
            {
                // The kernel has accepted at once. Over a real line the server would see the last packet of the handshake after one and a half.
                await Task.Delay(roundTrip * 1.5, TimeProvider.System, breaking.Token);
                await server.ConnectAsync(IPAddress.Loopback, serverPort, breaking.Token);
                await Task.WhenAll(PassAsync(client, server, breaking), PassAsync(server, client, breaking));
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // The connection broke, which is either side's right, or the line ends.
            }
        }
    }

    private async Task PassAsync(Socket from, Socket to, CancellationTokenSource breaking)
    {
        try
        {
            await new DelayedDirection(roundTrip / 2, TimeProvider.System).PassAsync(from, to, breaking.Token);
        }
        catch
        {
            await breaking.CancelAsync();
            throw;
        }
    }
}
