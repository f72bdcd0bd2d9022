using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Relay.Core.Cluster.Pace;
using Relay.Core.Configuration;
using Relay.Core.Database;
using Relay.Core.Telemetry;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Cluster.PostgreSql;

/// <summary>Rates that hold for all nodes together.</summary>
internal static class SharedPaceServices
{
    /// <summary>After the database and before whatever sends mail: it stops after the one and before the other.</summary>
    public static IServiceCollection AddSharedPace(this IServiceCollection services, RelayOptions options) =>
        services
            .AddSingleton<IPaceLedger, PostgreSqlPaceLedger>()
            .AddSingleton(provider => Create(provider, options))
            .AddSingleton<IAccountBooks>(static provider => provider.GetRequiredService<SharedPace>())
            .AddHostedService(static provider => provider.GetRequiredService<SharedPace>());

    private static SharedPace Create(IServiceProvider provider, RelayOptions options)
    {
        var pace = new SharedPace(
            provider.GetRequiredService<IPaceLedger>(),
            NameOf(options),
            options.Cluster.RatesWithoutDatabase,
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<RelayMetrics>(),
            provider.GetRequiredService<ILogger<SharedPace>>()
        );
        provider.GetRequiredService<DatabaseNotifications>().Hear(PaceChannel.Name, pace.Hear);
        return pace;
    }

    /// <summary>Who listens at the same addresses of the same machine is the same node, started again.</summary>
    private static string NameOf(RelayOptions options) =>
        string.Join(
            ' ',
            [Environment.MachineName, .. options.Listeners.Values.Select(static listener => listener.Address).Order(StringComparer.Ordinal)]
        );
}
