using System.Net.Sockets;
using Relay.Core.Configuration;
using Relay.Core.Reception;
using Relay.Core.Smtp;
using Relay.Core.Upstreams.Connections;

namespace Relay.Core.Capture;

/// <summary>
/// Connects to an embedded mailbox: a connection within the process, at whose other end runs the same SMTP as at Relay's front, so that
/// a mailbox is an upstream like any other.
/// </summary>
/// <param name="mailbox">Serves it.</param>
/// <param name="faults">How it fails on purpose.</param>
/// <param name="time">Measures delays.</param>
/// <param name="stopping">Ends what waits on purpose.</param>
internal sealed class CaptureConnector(SmtpService mailbox, FaultPlan faults, TimeProvider time, CancellationToken stopping)
    : IUpstreamConnector
{
    public async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (faults.IsEmpty)
        {
            return Open();
        }

        await FailAsync(cancellationToken);
        var connection = InProcessConnection.Create();
        _ = new FaultySession(connection.Server, Open, faults, time).RunAsync(stopping); // ends with the connection, and throws nothing
        return connection.Client;
    }

    private Stream Open()
    {
        var connection = InProcessConnection.Create();
        _ = mailbox.RunAsync(connection.Server, client: null, clientClosed: CancellationToken.None); // ends with the connection, and throws nothing
        return connection.Client;
    }

    private async Task FailAsync(CancellationToken cancellationToken)
    {
        foreach (var fault in faults.Draw(FaultStage.Connect))
        {
            if (fault.Action == FaultAction.Disconnect)
            {
                throw new SocketException((int)SocketError.ConnectionRefused);
            }

            // Without an answer it is waited for until the client's own deadline.
            var delay = fault.Action == FaultAction.Delay ? fault.Delay ?? TimeSpan.Zero : Timeout.InfiniteTimeSpan;
            await Task.Delay(delay, time, cancellationToken);
        }
    }
}
