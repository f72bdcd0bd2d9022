using System.Diagnostics.Metrics;

namespace Relay.Core.Telemetry;

/// <summary>What is read of the spool at each scrape.</summary>
internal static class QueueInstruments
{
    public static void Create(Meter meter, Func<QueueReading> queue)
    {
        meter.CreateObservableUpDownCounter(
            "relay.queue.messages",
            () =>
                queue().Rows.Select(static rows => new Measurement<int>(rows.Value, new KeyValuePair<string, object?>("state", rows.Key))),
            "{message}",
            "Deliveries in the spool, one for each message and group."
        );
        meter.CreateObservableGauge(
            "relay.queue.oldest",
            () => queue().OldestSeconds,
            "s",
            "Age of the oldest message in the spool that is still to be delivered."
        );
        meter.CreateObservableUpDownCounter(
            "relay.spool.usable",
            () => queue().IsUsable is { } isUsable ? [new Measurement<int>(isUsable ? 1 : 0)] : Array.Empty<Measurement<int>>(),
            unit: null,
            "1 while the spool works and has room, 0 while it does not; nothing where there is none."
        );
        meter.CreateObservableUpDownCounter("relay.spool.size", () => queue().Bytes, "By", "Size of all message bodies in the spool.");
        meter.CreateObservableUpDownCounter(
            "relay.spool.records",
            () => queue().Records,
            "{record}",
            "Records of messages that have failed for good, kept to be looked at."
        );
    }
}
