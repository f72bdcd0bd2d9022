using System.Globalization;
using System.Net;
using Relay.Core.Configuration;
using Relay.Core.Spool;
using Relay.Core.Upstreams;
using Relay.Services;

namespace Relay;

/// <summary>The first lines of the log: where mail comes in, what is balanced over what, where to look.</summary>
internal sealed partial class StartupReport(
    RelayOptions options,
    TopologyManager topology,
    IMessageSpool spool,
    SocketUse sockets,
    ILogger<StartupReport> logger
)
{
    public void Write(KestrelListeners listeners)
    {
        foreach (var (name, address) in listeners.Smtp)
        {
            LogListener(logger, name, address);
        }

        foreach (var name in sockets.FindUnused())
        {
            LogUnusedSocket(logger, name);
        }

        if (OpenRelay.Is(options.Access))
        {
            LogOpenRelay(logger);
        }

        foreach (var group in topology.Current.Groups.Values.OrderBy(group => group.Name, StringComparer.OrdinalIgnoreCase))
        {
            var tiers = group.Members.GroupBy(member => member.Tier).Select(tier => string.Join(", ", tier.Select(Describe)));
            LogGroup(
                logger,
                group.Name,
                group.Options.Strategy,
                group.Members.Count == 0 ? "nobody yet" : string.Join("; if none is in service: ", tiers)
            );
        }

        if (options.Spool.Provider == SpoolProvider.PostgreSql)
        {
            LogSharedSpool(logger, options.Delivery.Accept); // it may not be reached yet
        }
        else if (spool is not NoSpool)
        {
            LogSpool(logger, options.Delivery.Accept, options.Spool.Path, spool.Statistics.Deliveries);
        }

        if (listeners.Admin is { } admin)
        {
            LogAdmin(logger, FromHere(admin));
        }

        if (options.Groups.Values.All(group => group.Upstreams.Values.All(upstream => upstream.Kind == UpstreamKind.Capture)))
        {
            var address = listeners.Smtp.First().Address;
            var unix = EndpointAddress.TryParse(address, defaultPort: null, out var endpoint) ? endpoint.UnixPath : null;
            LogHint(logger, unix is null ? $"--server {FromHere(address)}" : $"--socket {unix}");
        }
    }

    /// <summary>What to type on this machine: a listener on all addresses has none that a browser or a mail client could connect to.</summary>
    private static string FromHere(string address) =>
        IPEndPoint.TryParse(address, out var endpoint)
        && (endpoint.Address.Equals(IPAddress.Any) || endpoint.Address.Equals(IPAddress.IPv6Any))
            ? string.Create(CultureInfo.InvariantCulture, $"localhost:{endpoint.Port}")
            : address;

    private static string Describe(UpstreamServer member)
    {
        var address = member.Options.Kind == UpstreamKind.Capture ? "embedded mailbox" : member.Options.Address;
        var weight = member.Options.Weight == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $", weight {member.Options.Weight}");
        return $"{member.Name} ({address}{weight})";
    }

    [LoggerMessage(910, LogLevel.Information, "Listener {Listener} takes mail on {Address}", EventName = "Listening")]
    private static partial void LogListener(ILogger logger, string listener, string address);

    [LoggerMessage(
        915,
        LogLevel.Warning,
        "This is an open relay: anybody who can connect may send to anybody (Access:AllowOpenRelay)",
        EventName = "OpenRelay"
    )]
    private static partial void LogOpenRelay(ILogger logger);

    [LoggerMessage(
        917,
        LogLevel.Warning,
        "No listener has the address systemd:{Socket}, a socket that systemd handed over: whoever connects there waits in vain",
        EventName = "UnusedSocket"
    )]
    private static partial void LogUnusedSocket(ILogger logger, string socket);

    [LoggerMessage(911, LogLevel.Information, "Group {Group}: {Strategy} over {Upstreams}", EventName = "Group")]
    private static partial void LogGroup(ILogger logger, string group, string strategy, string upstreams);

    [LoggerMessage(912, LogLevel.Information, "Upstreams and captured mail are shown on http://{Address}/", EventName = "Admin")]
    private static partial void LogAdmin(ILogger logger, string address);

    [LoggerMessage(914, LogLevel.Information, "Acceptance {Accept}; the spool {Path} holds {Deliveries} deliveries", EventName = "Spool")]
    private static partial void LogSpool(ILogger logger, AcceptMode accept, string path, int deliveries);

    [LoggerMessage(
        918,
        LogLevel.Information,
        "Acceptance {Accept}; the spool is in PostgreSQL, shared with other nodes",
        EventName = "SharedSpool"
    )]
    private static partial void LogSharedSpool(ILogger logger, AcceptMode accept);

    [LoggerMessage(
        913,
        LogLevel.Information,
        "All mail is kept here, nothing leaves this machine. Try: swaks --to a@example.com {Server}",
        EventName = "CaptureOnly"
    )]
    private static partial void LogHint(ILogger logger, string server);
}
