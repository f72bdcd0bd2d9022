using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using Relay.Core.Configuration;
using Relay.Core.Telemetry;

namespace Relay.Telemetry;

/// <summary><c>GET /metrics</c>: the instruments of Relay and of the runtime in the format of Prometheus. The only place that names the exporter.</summary>
internal static class PrometheusExport
{
    /// <summary>Of no use to an operator, and Prometheus keeps names that end in <c>_count</c> for histograms.</summary>
    private static readonly string[] LeftOut = ["dotnet.assembly.count", "dotnet.timer.count", "dotnet.process.cpu.count"];

    public static IServiceCollection AddMetricsForScrapers(this IServiceCollection services, RelayOptions options)
    {
        var room = new SeriesRoom(options);
        services
            .AddSingleton<TopologyReadings>()
            .AddOpenTelemetry()
            .WithMetrics(metrics =>
            {
                metrics.AddMeter(RelayMetrics.MeterName, SeriesRoom.RuntimeMeter);
                metrics.AddView(instrument =>
                    LeftOut.Contains(instrument.Name) ? MetricStreamConfiguration.Drop
                    : room.Of(instrument) is { } series ? new MetricStreamConfiguration { CardinalityLimit = series }
                    : null
                );
                metrics.AddPrometheusExporter(Configure);
            });
        return services;
    }

    public static void MapMetrics(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        services.GetRequiredService<TopologyReadings>().ConnectTo(services.GetRequiredService<RelayMetrics>());
        routes.MapPrometheusScrapingEndpoint("/metrics");
    }

    /// <summary>Prometheus knows the target by itself, and there is one scope besides the runtime's.</summary>
    private static void Configure(PrometheusAspNetCoreOptions options)
    {
        options.ScopeInfoEnabled = false;
        options.TargetInfoEnabled = false;
    }
}
