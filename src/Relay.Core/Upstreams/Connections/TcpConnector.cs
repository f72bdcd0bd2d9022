using System.Net;
using System.Net.Sockets;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Connects over TCP: resolves the name and keeps the first of its addresses that answers (<see cref="AddressRace"/>).</summary>
/// <param name="host">A name or an address.</param>
/// <param name="port">The port.</param>
/// <param name="known">The addresses of the host, where they have been looked up already.</param>
/// <param name="time">The clock; null for the system's.</param>
internal sealed class TcpConnector(string host, int port, IReadOnlyList<IPAddress>? known = null, TimeProvider? time = null)
    : IUpstreamConnector
{
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var addresses = known ?? await Dns.GetHostAddressesAsync(host, cancellationToken);
        var socket = addresses switch
        {
            [] => throw new SocketException((int)SocketError.HostNotFound),
            [var only] => await ConnectAsync(only, cancellationToken),
            _ => await new AddressRace(addresses, ConnectAsync, time ?? TimeProvider.System).RunAsync(cancellationToken),
        };
        return new NetworkStream(socket, ownsSocket: true);
    }

    private async Task<Socket> ConnectAsync(IPAddress address, CancellationToken cancellationToken)
    {
        // A dialogue of small commands under Nagle's algorithm waits 40 ms for each delayed acknowledgement.
        var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
