using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Relay.Core.Configuration;

namespace Relay.Core.Database;

/// <summary>What a node needs that shares a database; one that keeps its spool in a file has none of it.</summary>
internal static class DatabaseServices
{
    /// <summary>Goes before whatever uses it: hosted services stop in the reverse order.</summary>
    public static IServiceCollection AddDatabase(this IServiceCollection services, RelayOptions options) =>
        services
            .AddSingleton(provider => new PostgreSqlDatabase(
                options.Spool.ConnectionString!,
                provider.GetRequiredService<Random>(),
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<PostgreSqlDatabase>>()
            ))
            .AddSingleton(provider => new NodeLease(
                provider.GetRequiredService<PostgreSqlDatabase>(),
                NodeDescription.Of(options),
                options.Cluster.LeaseTime,
                provider.GetRequiredService<TimeProvider>(),
                provider.GetRequiredService<ILogger<NodeLease>>()
            ))
            .AddSingleton<DatabaseNotifications>()
            .AddHostedService(static provider => provider.GetRequiredService<PostgreSqlDatabase>())
            .AddHostedService(static provider => provider.GetRequiredService<NodeLease>())
            .AddHostedService(static provider => provider.GetRequiredService<DatabaseNotifications>());
}
