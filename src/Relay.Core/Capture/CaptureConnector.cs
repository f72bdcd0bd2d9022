using Relay.Core.Reception;
using Relay.Core.Smtp;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Capture;

/// <summary>
/// Connects to an embedded mailbox: a connection within the process, at whose other end runs the same SMTP as at Relay's front, so that
/// a mailbox is an upstream like any other.
/// </summary>
internal sealed class CaptureConnector(SmtpService mailbox) : IUpstreamConnector
{
    public ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var connection = InProcessConnection.Create();
        _ = mailbox.RunAsync(connection.Server, client: null, clientClosed: CancellationToken.None); // ends with the connection, and throws nothing
        return ValueTask.FromResult(connection.Client);
    }
}
