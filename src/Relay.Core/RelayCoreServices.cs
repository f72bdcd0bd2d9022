using Microsoft.Extensions.DependencyInjection;
using Relay.Core.Capture;
using Relay.Core.Cluster.PostgreSql;
using Relay.Core.Configuration;
using Relay.Core.Database;
using Relay.Core.Dispatch;
using Relay.Core.Forwarding;
using Relay.Core.Messages;
using Relay.Core.Pickup;
using Relay.Core.Reception;
using Relay.Core.Reception.Access;
using Relay.Core.Reception.Tls;
using Relay.Core.Spool;
using Relay.Core.Spool.PostgreSql;
using Relay.Core.Spool.Sqlite;
using Relay.Core.Telemetry;
using Relay.Core.Telemetry.Trail;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Agent;
using Relay.Core.Upstreams.Connections.OAuth2;
using Relay.Core.Upstreams.Discovery;
using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core;

/// <summary>What the core consists of, in the order of a message's path.</summary>
public static class RelayCoreServices
{
    public static IServiceCollection AddRelay(this IServiceCollection services, RelayOptions options) =>
        services
            .AddSingleton(options)
            .AddSingleton(TimeProvider.System)
            .AddSingleton<Heartbeat>()
            .AddMessages(options)
            .AddSingleton<SessionRegistry>()
            .AddSingleton<ConnectionLimiter>()
            .AddSingleton<ServerCertificates>()
            .AddSingleton<Authenticator>()
            .AddSingleton<ClientRates>()
            .AddSingleton(options.Telemetry)
            .AddSingleton<TraceSampling>()
            .AddSingleton<IMessageSink, MessagePipeline>()
            .AddSpool(options)
            .AddPickup(options)
            .AddSingleton<MessageDispatcher>()
            .AddSingleton<TopologyManager>()
            .AddSingleton<IUpstreamServerFactory, UpstreamServerFactory>()
            .AddSingleton<IQuotaStore>(new QuotaFiles(options.Spool.Path + ".quotas", QuotaFiles.ThisBoot()))
            .AddSingleton<PaceAccounts>()
            .AddSingleton<TokenEndpointClient>()
            .AddSingleton<OAuth2Tokens>()
            .AddSingleton<PassiveHealthTracker>()
            .AddSingleton<PaceReporter>()
            .AddSingleton<IDiscoveryResolver, DnsResolver>()
            .AddSingleton<DiscoveryMonitor>()
            .AddHostedService(static provider => provider.GetRequiredService<DiscoveryMonitor>())
            .AddHostedService<ActiveHealthMonitor>()
            .AddHostedService<AgentMonitor>()
            .AddSingleton<AttemptWatch>()
            .AddSingleton<MessageForwarder>()
            .AddSingleton<AttemptReporter>()
            .AddSingleton<CaptureMailboxes>()
            .AddSingleton<CaptureConnectors>()
            .AddSingleton<MailLog>()
            .AddSingleton(provider => new MessageTrail(options.Trail, provider.GetRequiredService<TimeProvider>()))
            .AddSingleton<RelayMetrics>();

    /// <summary>Without a spool nothing of it runs. One that holds mail of an earlier configuration is opened all the same: it is still to be delivered.</summary>
    private static IServiceCollection AddSpool(this IServiceCollection services, RelayOptions options)
    {
        services
            .AddSingleton<NoticeFactory>()
            .AddSingleton<SettlementWriter>()
            .AddSingleton<SpoolRunner>()
            .AddSingleton<SpoolWorker>()
            .AddSingleton<SpoolAcceptance>();
        if (options.Spool.Provider == SpoolProvider.PostgreSql)
        {
            return services
                .AddDatabase(options)
                .AddSharedPace(options)
                .AddSharedView(options)
                .AddSingleton<IMessageSpool, PostgreSqlSpool>()
                .AddHostedService(static provider => provider.GetRequiredService<SpoolWorker>());
        }

        return options.Delivery.Accept == AcceptMode.Proxy && !File.Exists(options.Spool.Path)
            ? services.AddSingleton<IMessageSpool, NoSpool>()
            : services
                .AddSingleton<IMessageSpool>(static provider =>
                    SqliteSpool.Open(
                        provider.GetRequiredService<RelayOptions>(),
                        provider.GetRequiredService<BodyStorage>(),
                        provider.GetRequiredService<TimeProvider>()
                    )
                )
                .AddHostedService(static provider => provider.GetRequiredService<SpoolWorker>());
    }

    private static IServiceCollection AddPickup(this IServiceCollection services, RelayOptions options) =>
        string.IsNullOrEmpty(options.Pickup.Path) ? services : services.AddHostedService<PickupService>();

    private static IServiceCollection AddMessages(this IServiceCollection services, RelayOptions options)
    {
#pragma warning disable RS0030 // The one place where chance comes from: safe for many threads.
        var random = Random.Shared;
#pragma warning restore RS0030
        return services
            .AddSingleton(random)
            .AddSingleton<MessageIdGenerator>()
            .AddSingleton(provider => new BodyStorage(
                options.Limits.MemoryForMessages,
                options.Limits.TemporaryFolder,
                provider.GetRequiredService<TimeProvider>()
            ));
    }
}
