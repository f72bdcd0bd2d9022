using Microsoft.Extensions.DependencyInjection;
using Relay.Core.Cluster.View;
using Relay.Core.Configuration;
using Relay.Core.Database;

namespace Relay.Core.Cluster.PostgreSql;

/// <summary>What a node needs that shares its view of the upstreams with others. One that runs alone has none of it.</summary>
internal static class ViewServices
{
    /// <summary>Goes behind the database and before whatever sends mail: that waits at the start for what operators want.</summary>
    public static IServiceCollection AddSharedView(this IServiceCollection services, RelayOptions options) =>
        services
            .AddSingleton<IViewStore>(provider => new PostgreSqlViewStore(
                provider.GetRequiredService<PostgreSqlDatabase>(),
                provider.GetRequiredService<NodeLease>(),
                provider.GetRequiredService<DatabaseNotifications>(),
                NodeDescription.Of(options).Name,
                options.Cluster.LeaseTime,
                provider.GetRequiredService<TimeProvider>()
            ))
            .AddSingleton<NodeMeter>()
            .AddSingleton<ViewLog>()
            .AddSingleton<SharedView>()
            .AddHostedService(static provider => provider.GetRequiredService<SharedView>());
}
