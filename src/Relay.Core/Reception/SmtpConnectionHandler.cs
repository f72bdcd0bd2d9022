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
internal sealed class SmtpConnectionHandler(ConnectionLimiter limiter) : ConnectionHandler
{
    private volatile SmtpService? _service;

    /// <summary>What new connections are served with, to be set before the first; sessions that run keep what they began with.</summary>
    /// <exception cref="InvalidOperationException">It was not set.</exception>
    public SmtpService Service
    {
        get => _service ?? throw new InvalidOperationException("A listener took a connection before it was told how to serve it.");
        set => _service = value;
    }

    // Not async, nor is AdmitAsync, nor SmtpService.RunAsync: their state would lie about for as long as the connection does.
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        var current = Service;
        var client = AccessRules.Unmap((connection.RemoteEndPoint as IPEndPoint)?.Address);
        return current.Settings.ProxyProtocolFrom.Contains(client)
            ? AdmitIdentifiedAsync(current, connection, client)
            : AdmitAsync(current, connection, new PeerIdentity(client));
    }

    private async Task AdmitIdentifiedAsync(SmtpService service, ConnectionContext connection, IPAddress? balancer)
    {
        if (await IdentifyAsync(service, connection, balancer) is { } identity)
        {
            await AdmitAsync(service, connection, identity);
        }
    }

    // While the header is waited for the connection counts among all, and against nobody.
    private async Task<PeerIdentity?> IdentifyAsync(SmtpService service, ConnectionContext connection, IPAddress? balancer)
    {
        if (limiter.Enter(null, service.Settings.Limits) != Admission.Granted)
        {
            Count(service, "too_many");
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

    private Task AdmitAsync(SmtpService current, ConnectionContext connection, PeerIdentity identity)
    {
        switch (limiter.Enter(identity.Address, current.Settings.Limits))
        {
            case Admission.TooManyConnections:
                Count(current, "too_many");
                return current.RefuseAsync(connection.Transport, identity.Address, Replies.TooManyConnections);
            case Admission.TooManyFromClient:
                Count(current, "too_many_from_client");
                return current.RefuseAsync(connection.Transport, identity.Address, Replies.TooManyFromClient);
            default:
                Count(current, "accepted");
                var place = new ConnectionPlace(limiter, identity.Address);
                return current.RunAsync(connection.Transport, identity, place, connection.Abort, connection.ConnectionClosed);
        }
    }

    private static void Count(SmtpService service, string outcome) =>
        service.Settings.Metrics?.Connected(service.Settings.Listener, outcome);
}
