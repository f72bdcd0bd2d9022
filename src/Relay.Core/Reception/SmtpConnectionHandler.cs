using System.Net;
using Microsoft.AspNetCore.Connections;
using Relay.Core.Reception.Access;
using Relay.Core.Smtp;

namespace Relay.Core.Reception;

/// <summary>
/// Where Kestrel hands its connections over. One instance serves all connections of a listener, so it keeps nothing of them; use
/// <c>listenOptions.Run(handler.OnConnectedAsync)</c>.
/// </summary>
internal sealed class SmtpConnectionHandler(SmtpService service, ConnectionLimiter limiter) : ConnectionHandler
{
    private volatile SmtpService _service = service;

    /// <summary>What new connections are served with; sessions that run keep what they began with.</summary>
    public SmtpService Service
    {
        get => _service;
        set => _service = value;
    }

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var current = _service;
        var client = AccessRules.Unmap((connection.RemoteEndPoint as IPEndPoint)?.Address);
        switch (limiter.Enter(client, current.Settings.Limits))
        {
            case Admission.TooManyConnections:
                await current.RefuseAsync(connection.Transport, client, Replies.TooManyConnections);
                return;
            case Admission.TooManyFromClient:
                await current.RefuseAsync(connection.Transport, client, Replies.TooManyFromClient);
                return;
            default:
                await ServeAsync(current, connection, client);
                return;
        }
    }

    private async Task ServeAsync(SmtpService service, ConnectionContext connection, IPAddress? client)
    {
        try
        {
            await service.RunAsync(connection.Transport, client, connection.Abort, connection.ConnectionClosed);
        }
        finally
        {
            limiter.Leave(client);
        }
    }
}
