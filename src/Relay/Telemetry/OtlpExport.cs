using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Relay.Core.Configuration;
using Relay.Core.Telemetry;

namespace Relay.Telemetry;

/// <summary>Spans and metrics to a collector by OTLP. Without an endpoint nothing of it is there, and nobody listens to the spans.</summary>
internal static class OtlpExport
{
    /// <summary>A collector that does not answer must not hold up the end of the process for long.</summary>
    private const int TimeoutMilliseconds = 5000;

    public static IServiceCollection AddOtlp(this IServiceCollection services, RelayOptions options)
    {
        var telemetry = options.Telemetry;
        if (string.IsNullOrEmpty(telemetry.OtlpEndpoint))
        {
            return services;
        }

        var builder = services.AddOpenTelemetry().ConfigureResource(resource => Describe(resource, options.HostName));
        if (telemetry.Traces)
        {
            builder.WithTracing(tracing =>
                tracing
                    .AddSource(RelayTracing.SourceName)
                    .SetSampler(new ReceptionSampler())
                    .AddOtlpExporter(exporter => Configure(exporter, telemetry, "v1/traces"))
            );
        }

        if (telemetry.Metrics)
        {
            builder.WithMetrics(metrics =>
                metrics.AddOtlpExporter(
                    (exporter, reader) =>
                    {
                        Configure(exporter, telemetry, "v1/metrics");
                        reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)
                            telemetry.MetricsInterval.TotalMilliseconds;
                        reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = TimeoutMilliseconds;
                    }
                )
            );
        }

        return services;
    }

    private static void Describe(ResourceBuilder resource, string hostName) =>
        resource.AddService("relay", serviceVersion: RelayVersion.Text, autoGenerateServiceInstanceId: false, serviceInstanceId: hostName);

    private static void Configure(OtlpExporterOptions exporter, TelemetryOptions telemetry, string path)
    {
        var isHttp = telemetry.OtlpProtocol == OtlpTransport.HttpProtobuf;
        exporter.Protocol = isHttp ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        var endpoint = new Uri(telemetry.OtlpEndpoint!, UriKind.Absolute);
        exporter.Endpoint = isHttp && endpoint.AbsolutePath is "/" ? new Uri(endpoint, path) : endpoint;
        exporter.TimeoutMilliseconds = TimeoutMilliseconds;
        if (!string.IsNullOrEmpty(telemetry.OtlpHeaders))
        {
            exporter.Headers = telemetry.OtlpHeaders;
        }
    }
}
