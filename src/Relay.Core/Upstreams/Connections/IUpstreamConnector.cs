namespace Relay.Core.Upstreams.Connections;

/// <summary>
/// Makes the byte stream to an upstream: over TCP, a unix socket, or within the process to an embedded mailbox. The seam at the wire,
/// where the simulation puts its own.
/// </summary>
internal interface IUpstreamConnector
{
    /// <summary>Connects; the caller owns the stream.</summary>
    /// <exception cref="IOException">Nobody there, a name that does not resolve, a connection refused.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">Likewise.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled; deadlines are the caller's.</exception>
    ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken);
}
