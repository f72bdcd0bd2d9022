using System.Diagnostics.Metrics;
using System.Globalization;

namespace Relay.Core.Telemetry;

/// <summary>What is read of the process at each scrape: its bounds, and how near they are.</summary>
internal static class ProcessInstruments
{
    public static void Create(Meter meter, Func<ProcessReading> process)
    {
        meter.CreateObservableGauge(
            "relay.build.info",
            () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", process().Version)),
            unit: null,
            "Always 1; the version stands in the label."
        );
        meter.CreateObservableGauge(
            "relay.start.time",
            () => Seconds(process().StartedAt),
            "s",
            "When the process started, in seconds since 1970."
        );
        meter.CreateObservableUpDownCounter(
            "relay.sessions.limit",
            () => process().ConnectionLimit,
            "{session}",
            "Client connections that may be open at the same time."
        );
        meter.CreateObservableUpDownCounter(
            "relay.memory.used",
            () => process().Memory.Used,
            "By",
            "Memory that message bodies hold; what finds none goes to temporary files."
        );
        meter.CreateObservableUpDownCounter(
            "relay.memory.limit",
            () => process().Memory.Limit,
            "By",
            "Memory that message bodies may hold."
        );
        meter.CreateObservableGauge(
            "relay.certificate.expiry",
            () => process().CertificateEnds.Select(static (end, index) => Measure(end, index)),
            "s",
            "When a certificate that is shown to clients ends, in seconds since 1970; the label is its place in the configuration, from 0."
        );
    }

    private static Measurement<double> Measure(DateTimeOffset end, int index) =>
        new(Seconds(end), new KeyValuePair<string, object?>("certificate", index.ToString(CultureInfo.InvariantCulture)));

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1000.0;
}
