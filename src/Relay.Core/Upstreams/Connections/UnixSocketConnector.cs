using System.Net.Sockets;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Connects to a server on this machine by a unix socket.</summary>
internal sealed class UnixSocketConnector(string path) : IUpstreamConnector
{
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
