using System.Net;
using System.Net.Sockets;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Connects over TCP: resolves the name and tries its addresses one after the other.</summary>
/// <param name="host">A name or an address.</param>
/// <param name="port">The port.</param>
/// <param name="known">The addresses of the host, where they have been looked up already.</param>
internal sealed class TcpConnector(string host, int port, IReadOnlyList<IPAddress>? known = null) : IUpstreamConnector
{
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var addresses = known ?? await Dns.GetHostAddressesAsync(host, cancellationToken);
        SocketException? refusal = null;
        foreach (var address in addresses)
        {
            try
            {
                return await ConnectAsync(address, cancellationToken);
            }
            catch (SocketException exception)
            {
                refusal = exception; // the next address may answer; the last refusal is the one that is told
            }
        }

        throw refusal ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task<Stream> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        // A dialogue of small commands under Nagle's algorithm waits 40 ms for each delayed acknowledgement.
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
