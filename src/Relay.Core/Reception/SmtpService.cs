using System.IO.Pipelines;
using System.Net;
using Microsoft.Extensions.Logging;
using Relay.Core.Messages;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Proxies;
using Relay.Core.Reception.Verbs;

namespace Relay.Core.Reception;

/// <summary>
/// Serves SMTP with one set of settings: made once, used by all sessions of a listener, over a socket or within the process. Holds what is built
/// from the settings, so that a session costs little to begin.
/// </summary>
internal sealed class SmtpService(SmtpSettings settings, SessionRegistry registry, ILogger logger)
{
    public SmtpSettings Settings { get; } = settings;

    public SessionRegistry Registry { get; } = registry;

    public ILogger Logger { get; } = logger;

    /// <summary>In units of the clock's timestamp.</summary>
    public long LongestSession { get; } = (long)(settings.Limits.SessionTimeout.TotalSeconds * settings.Time.TimestampFrequency);

    public VerbTable Verbs { get; } = new(settings);

    /// <summary>RFC 5321 §4.3.1: the name comes first.</summary>
    public SmtpReply Greeting { get; } = GreetingOf(settings);

    public static SmtpReply GreetingOf(SmtpSettings settings) => new(220, null, $"{settings.HostName} ESMTP Relay");

    /// <summary>Serves one client to the end of its session, then closes both directions. Throws nothing.</summary>
    /// <param name="pipe">The connection.</param>
    /// <param name="client">The client's address; null for a unix socket or a client within the process.</param>
    /// <param name="abort">Ends the connection of a client that does not read its replies.</param>
    /// <param name="clientClosed">Cancelled when the client hangs up.</param>
    public Task RunAsync(IDuplexPipe pipe, IPAddress? client, Action? abort = null, CancellationToken clientClosed = default) =>
        RunAsync(pipe, new PeerIdentity(AccessRules.Unmap(client)), default, abort, clientClosed);

    /// <inheritdoc cref="RunAsync(IDuplexPipe, IPAddress?, Action?, CancellationToken)"/>
    /// <param name="pipe">The connection.</param>
    /// <param name="client">The client, as it connected or as a balancer says.</param>
    /// <param name="place">The connection's place among all, given back at the end.</param>
    /// <param name="abort">Ends the connection of a client that does not read its replies.</param>
    /// <param name="clientClosed">Cancelled when the client hangs up.</param>
    public Task RunAsync(IDuplexPipe pipe, PeerIdentity client, ConnectionPlace place, Action? abort, CancellationToken clientClosed)
    {
        var transport = new SessionTransport(pipe, Settings.Time, Settings.Limits.CommandTimeout, abort ?? (static () => { }));
        var mayRelay = Settings.Access is null || (client.HasRights && Settings.Access.MayRelay(client.Address));
        var context = new SessionContext(client.Address, Settings.Listener, mayRelay)
        {
            MaySpeakForOthers = client.HasRights && Settings.XClientFrom.Contains(client.Address),
        };
        return new SmtpSession(this, transport, context, place, clientClosed).RunAsync();
    }

    /// <summary>Says <paramref name="reply"/> in place of a greeting and closes.</summary>
    public async Task RefuseAsync(IDuplexPipe pipe, IPAddress? client, SmtpReply reply)
    {
        Logger.ConnectionRefused(client, reply);
        var transport = new SessionTransport(pipe, Settings.Time, Settings.Limits.CommandTimeout, static () => { });
        if (Settings.Tls is not { IsImplicit: true })
        {
            transport.Reply(reply); // a client that expects TLS could not read it, and a handshake is too much for a refusal
        }

        try
        {
            await transport.FlushAsync();
            transport.DiscardInput();
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            Logger.ClientVanished(exception, client);
        }

        await transport.CloseAsync();
    }
}
