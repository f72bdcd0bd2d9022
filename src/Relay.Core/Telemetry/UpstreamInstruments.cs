using System.Diagnostics.Metrics;

namespace Relay.Core.Telemetry;

/// <summary>What is read of the upstreams at each scrape. Servers that a lookup has found count under the name in the configuration.</summary>
internal static class UpstreamInstruments
{
    public static void Create(Meter meter, Func<IEnumerable<UpstreamReading>> upstreams)
    {
        meter.CreateObservableCounter(
            "relay.deliveries",
            () => upstreams().SelectMany(Deliveries),
            "{attempt}",
            "Attempts at an upstream: delivered, deferred (4xx), rejected (5xx), failed (broke off), uncertain (no answer to the final dot)."
        );
        meter.CreateObservableUpDownCounter(
            "relay.upstream.in_flight",
            () => upstreams().Select(reading => Measure(reading, reading.InFlight)),
            "{attempt}",
            "Deliveries under way."
        );
        meter.CreateObservableUpDownCounter(
            "relay.upstream.connections",
            () => upstreams().SelectMany(Connections),
            "{connection}",
            "Open connections: busy, or idle until the next message."
        );
        meter.CreateObservableUpDownCounter(
            "relay.upstream.state",
            () => upstreams().SelectMany(States),
            unit: null,
            "1 for the state that the upstream is in, 0 for the others; of an upstream that is looked up, how many of its servers are in each."
        );
        ObserveRoom(meter, upstreams);
        ObserveShares(meter, upstreams);
        ObserveRates(meter, upstreams);
        meter.CreateObservableUpDownCounter(
            "relay.discovery.trouble",
            () =>
                upstreams()
                    .Where(reading => reading.HasLookupTrouble is not null)
                    .Select(reading => Measure(reading, reading.HasLookupTrouble == true ? 1 : 0)),
            unit: null,
            "1 while the last lookup of an upstream with Discover failed, found nothing or left something out."
        );
    }

    private static void ObserveRoom(Meter meter, Func<IEnumerable<UpstreamReading>> upstreams)
    {
        meter.CreateObservableUpDownCounter(
            "relay.upstream.connections.limit",
            () => upstreams().Select(reading => Measure(reading, reading.ConnectionLimit)),
            "{connection}",
            "Connections that may be open at the same time, and so deliveries under way."
        );
        meter.CreateObservableUpDownCounter(
            "relay.group.waiting",
            () =>
                upstreams()
                    .DistinctBy(static reading => reading.Group, StringComparer.Ordinal)
                    .Select(static reading => new Measurement<int>(
                        reading.GroupWaiting,
                        new KeyValuePair<string, object?>("group", reading.Group)
                    )),
            "{message}",
            "Messages that wait until an upstream of the group has room, clients among them."
        );
    }

    private static void ObserveShares(Meter meter, Func<IEnumerable<UpstreamReading>> upstreams)
    {
        meter.CreateObservableGauge(
            "relay.upstream.weight",
            () => upstreams().Select(reading => Measure(reading, reading.Weight)),
            unit: null,
            "Share of the mail: the weight after what its agent says, 0 while that keeps it back."
        );
        meter.CreateObservableGauge(
            "relay.upstream.pace",
            () => upstreams().Where(static reading => reading.Pace is not null).Select(reading => Measure(reading, reading.Pace!.Value)),
            "{message}/s",
            "Messages a second that an upstream is thought to take; only of those that have asked for less."
        );
        meter.CreateObservableCounter(
            "relay.upstream.throttled",
            () => upstreams().Select(reading => Measure(reading, reading.Throttled)),
            "{reply}",
            "Replies by which an upstream asked for less mail."
        );
    }

    private static void ObserveRates(Meter meter, Func<IEnumerable<UpstreamReading>> upstreams)
    {
        meter.CreateObservableGauge(
            "relay.upstream.rate.limit",
            () => upstreams().SelectMany(reading => reading.Rates.Select(rate => Measure(reading, rate, rate.Limit))),
            unit: null,
            "Messages or recipients that an upstream may be sent in any window of a length (label window: s, min, h, day)."
        );
        meter.CreateObservableGauge(
            "relay.upstream.rate.used",
            () => upstreams().SelectMany(reading => reading.Rates.Select(rate => Measure(reading, rate, rate.Used))),
            unit: null,
            "How many of them are used in the window that ends now, deliveries under way included."
        );
        meter.CreateObservableGauge(
            "relay.upstream.rate.share",
            () =>
                upstreams()
                    .SelectMany(reading =>
                        reading.Rates.Where(static rate => rate.Share is not null).Select(rate => Measure(reading, rate, rate.Share!.Value))
                    ),
            unit: null,
            "How many of them this node may have in use now, where nodes share the limit."
        );
    }

    private static IEnumerable<Measurement<long>> Deliveries(UpstreamReading reading) =>
        [
            Measure(reading, reading.Delivered, "outcome", "delivered"),
            Measure(reading, reading.Deferred, "outcome", "deferred"),
            Measure(reading, reading.Rejected, "outcome", "rejected"),
            Measure(reading, reading.Failed, "outcome", "failed"),
            Measure(reading, reading.Uncertain, "outcome", "uncertain"),
        ];

    private static IEnumerable<Measurement<int>> Connections(UpstreamReading reading) =>
        [Measure(reading, reading.Connections - reading.Idle, "state", "busy"), Measure(reading, reading.Idle, "state", "idle")];

    private static IEnumerable<Measurement<int>> States(UpstreamReading reading) =>
        reading.States.Select(state => Measure(reading, state.Value, "state", state.Key));

    private static Measurement<T> Measure<T>(UpstreamReading reading, T value)
        where T : struct => new(value, new("group", reading.Group), new("upstream", reading.Name));

    private static Measurement<T> Measure<T>(UpstreamReading reading, T value, string label, string word)
        where T : struct => new(value, new("group", reading.Group), new("upstream", reading.Name), new(label, word));

    /// <summary>At most eight series for each upstream: four lengths, of messages and of recipients.</summary>
    private static Measurement<long> Measure(UpstreamReading reading, RateReading rate, long value) =>
        new(value, new("group", reading.Group), new("upstream", reading.Name), new("of", rate.Of), new("window", rate.Window));
}
