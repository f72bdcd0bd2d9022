using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Relay.Core.Configuration;
using Relay.Core.Messages;
using Relay.Core.Reception;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Extensions;
using Relay.Core.Reception.Tls;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.Services;

namespace Relay;

/// <summary>Makes Kestrel listen: for SMTP on each listener, for HTTP on the admin address.</summary>
/// <param name="options">Where to listen.</param>
/// <param name="activated">What systemd listens on for us.</param>
internal sealed class KestrelListeners(RelayOptions options, ActivatedSockets activated)
{
    private readonly List<(string Name, ListenOptions Options)> _smtp = [];
    private readonly Dictionary<string, SmtpConnectionHandler> _handlers = new(StringComparer.OrdinalIgnoreCase);
    private IServiceProvider? _services;
    private ListenOptions? _admin;

    /// <summary>Name and address of each SMTP listener; after the start with the port that it really has.</summary>
    public IEnumerable<(string Name, string Address)> Smtp => _smtp.Select(listener => (listener.Name, Describe(listener.Options)));

    /// <summary>Address of the HTTP side, null when there is none.</summary>
    public string? Admin => _admin is null ? null : Describe(_admin);

    /// <summary>
    /// Says where to listen. Kestrel asks for it while the application is still being put together, when nothing may be opened yet that can fail: see
    /// <see cref="Serve"/>.
    /// </summary>
    public void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        var limiter = kestrel.ApplicationServices.GetRequiredService<ConnectionLimiter>();
        foreach (var (name, listener) in options.Listeners)
        {
            var handler = new SmtpConnectionHandler(limiter);
            _handlers[name] = handler;
            Listen(kestrel, listener.Address, endpoint => _smtp.Add((name, endpoint)), endpoint => endpoint.Run(handler.OnConnectedAsync));
        }

        if (options.Admin.Address.Length > 0)
        {
            Listen(kestrel, options.Admin.Address, endpoint => _admin = endpoint, endpoint => endpoint.Protocols = HttpProtocols.Http1);
        }
    }

    /// <summary>Makes what serves the connections. To be called once the spool is open, before the server starts.</summary>
    public void Serve(IServiceProvider services)
    {
        _services = services;
        Apply(options);
    }

    /// <summary>New sessions follow these options; those that run keep what they began with. The listeners themselves stay as they are.</summary>
    public void Apply(RelayOptions changed)
    {
        foreach (var (name, handler) in _handlers)
        {
            handler.Service = CreateService(name, changed, _services!);
        }
    }

    /// <summary>Why the start failed, in words and with the address: Kestrel names it for a port in use only, and as a URL.</summary>
    /// <param name="bound">How many of the addresses were bound before; they are bound in order.</param>
    /// <param name="failure">What binding the next one threw.</param>
    public string DescribeFailure(int bound, Exception failure)
    {
        var addresses = options.Listeners.Values.Select(listener => listener.Address).Append(options.Admin.Address).SelectMany(Each);
        var reason = failure.GetBaseException() switch
        {
            SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } => "the address is in use",
            SocketException { SocketErrorCode: SocketError.AddressNotAvailable } => "it is not an address of this machine",
            SocketException { SocketErrorCode: SocketError.AccessDenied } => "permission denied; ports below 1024 need a privilege",
            var cause => cause.Message,
        };
        return $"cannot listen on {addresses.ElementAtOrDefault(bound) ?? "an address"}: {reason}";
    }

    /// <summary>An address as often as there are sockets of it.</summary>
    private IEnumerable<string> Each(string address) =>
        SystemdAddress.TryGetName(address, out var name) ? Enumerable.Repeat(address, activated.Named(name).Count) : [address];

    private static SmtpService CreateService(string name, RelayOptions options, IServiceProvider services)
    {
        var tls = CreateTls(options.Listeners[name], options, services);
        var logins = services.GetRequiredService<Authenticator>().SettingsOf(options.Access, options.Listeners[name]);
        var settings = new SmtpSettings
        {
            HostName = options.HostName,
            Listener = name,
            Sink = services.GetRequiredService<IMessageSink>(),
            Limits = options.Limits,
            Storage = services.GetRequiredService<BodyStorage>(),
            Ids = services.GetRequiredService<MessageIdGenerator>(),
            Time = services.GetRequiredService<TimeProvider>(),
            Access = new AccessRules(options.Access),
            Logins = logins,
            Rates = services.GetRequiredService<ClientRates>(),
            ProxyProtocolFrom = new NetworkList(options.Listeners[name].ProxyProtocolFrom),
            XClientFrom = new NetworkList(options.Listeners[name].XClientFrom),
            BareNewlines = options.BareNewlines,
            Metrics = services.GetRequiredService<RelayMetrics>(),
            Extensions = StandardExtensions.Create(
                options.Limits.MessageSize,
                startTls: tls is { IsImplicit: false },
                maximumRecipients: options.Limits.Recipients,
                servers: DefaultGroupOf(services.GetRequiredService<TopologyManager>()),
                logins: logins
            ),
            Tls = tls,
        };
        var logger = services.GetRequiredService<ILogger<SmtpConnectionHandler>>();
        return new SmtpService(settings, services.GetRequiredService<SessionRegistry>(), logger);
    }

    // A message of another route may still find a server that lacks what was offered; then it is refused, with the reason.
    private static ServersBehind DefaultGroupOf(TopologyManager topology) =>
        new(
            () => Carries(topology, static server => server.EightBitMime, unknown: true),
            () => Carries(topology, static server => server.SmtpUtf8, unknown: true),
            () => Carries(topology, static server => server.RequireTls, unknown: false)
        );

    /// <param name="topology">What there is now.</param>
    /// <param name="has">The extension.</param>
    /// <param name="unknown">What counts where nothing is known of a server yet, or there is no such group, or nobody in it before the first lookup.</param>
    private static bool Carries(TopologyManager topology, Func<UpstreamCapabilities, bool> has, bool unknown) =>
        topology.Current.Groups.TryGetValue("default", out var group) && group.Members.Count > 0
            ? group.Members.Any(member => member.Capabilities is { } known ? has(known) : unknown)
            : unknown;

    private static TlsSettings? CreateTls(ListenerOptions listener, RelayOptions options, IServiceProvider services) =>
        listener.Tls == ListenerTls.None
            ? null
            : new TlsSettings(
                listener.Tls == ListenerTls.Implicit,
                listener.RequireTls,
                options.Tls.HandshakeTimeout,
                services.GetRequiredService<ServerCertificates>()
            );

    /// <param name="kestrel">The server.</param>
    /// <param name="text">A valid address, as the configuration writes it.</param>
    /// <param name="remember">Keeps what was opened.</param>
    /// <param name="configure">Says what is spoken there.</param>
    private void Listen(KestrelServerOptions kestrel, string text, Action<ListenOptions> remember, Action<ListenOptions> configure)
    {
        void Open(ListenOptions endpoint)
        {
            remember(endpoint);
            configure(endpoint);
        }

        if (SystemdAddress.TryGetName(text, out var socket))
        {
            foreach (var descriptor in activated.Named(socket))
            {
                kestrel.ListenHandle((ulong)descriptor, Open);
            }

            return;
        }

        if (!EndpointAddress.TryParse(text, defaultPort: null, out var address))
        {
            throw new ArgumentException($"'{text}' is not an address.", nameof(text));
        }

        if (address.UnixPath is { } path)
        {
            UnixSocketFile.RemoveStale(path);
            kestrel.ListenUnixSocket(path, Open);
        }
        else if (address.Host == "*")
        {
            kestrel.ListenAnyIP(address.Port, Open);
        }
        else
        {
            // Kestrel's own "localhost" cannot take a free port, and stands for two sockets.
            var ip = address.Host == "localhost" ? IPAddress.Loopback : IPAddress.Parse(address.Host);
            kestrel.Listen(ip, address.Port, Open);
        }
    }

    private static string Describe(ListenOptions endpoint) => endpoint.SocketPath is { } path ? $"unix:{path}" : $"{endpoint.EndPoint}";
}
