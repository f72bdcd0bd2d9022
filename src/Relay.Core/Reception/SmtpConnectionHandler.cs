using System.Net;
using Microsoft.AspNetCore.Connections;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Proxies;
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
        if (!current.Settings.ProxyProtocolFrom.Contains(client))
        {
            await AdmitAsync(current, connection, new PeerIdentity(client));
        }
        else if (await IdentifyAsync(current, connection, client) is { } identity)
        {
            await AdmitAsync(current, connection, identity);
        }
    }

    // While the header is waited for the connection counts among all, and against nobody.
    private async Task<PeerIdentity?> IdentifyAsync(SmtpService service, ConnectionContext connection, IPAddress? balancer)
    {
        if (limiter.Enter(null, service.Settings.Limits) != Admission.Granted)
        {
            await service.RefuseAsync(connection.Transport, balancer, Replies.TooManyConnections);
            return null;
        }

        try
        {
            return await ProxyPreamble.ReadAsync(connection.Transport.Input, balancer, service.Settings.Time, service.Logger);
        }
        finally
        {
            limiter.Leave(null);
        }
    }

    private async Task AdmitAsync(SmtpService current, ConnectionContext connection, PeerIdentity identity)
    {
        var client = identity.Address;
        switch (limiter.Enter(client, current.Settings.Limits))
        {
            case Admission.TooManyConnections:
                await current.RefuseAsync(connection.Transport, client, Replies.TooManyConnections);
                return;
            case Admission.TooManyFromClient:
                await current.RefuseAsync(connection.Transport, client, Replies.TooManyFromClient);
                return;
            default:
                await ServeAsync(current, connection, identity);
                return;
        }
    }

    private async Task ServeAsync(SmtpService service, ConnectionContext connection, PeerIdentity identity)
    {
        try
        {
            await service.RunAsync(connection.Transport, identity, connection.Abort, connection.ConnectionClosed);
        }
        finally
        {
            limiter.Leave(identity.Address);
        }
    }
}
