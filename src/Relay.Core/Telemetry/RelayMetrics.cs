using System.Diagnostics.Metrics;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry;

/// <summary>
/// Every instrument of Relay, and the only place that names one. Labels are configured names and fixed words, never an address or a domain, so that nobody outside
/// decides how many series there are. Exporters turn <c>relay.uncertain</c> into <c>relay_uncertain_total</c>.
/// </summary>
internal sealed class RelayMetrics : IDisposable
{
    public const string MeterName = "Relay";

    /// <summary>In seconds: a delivery within the machine takes one millisecond, a server that is waited for to the end ten minutes.</summary>
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

    private readonly Counter<long> _received;
    private readonly Histogram<double> _duration;
    private long _uncertain;
    private long _bounces;
    private int _isReloadRefused;

    public RelayMetrics()
    {
        Meter = new Meter(MeterName);
        _received = Meter.CreateCounter<long>(
            "relay.messages.received",
            "{message}",
            "Messages that clients sent, by the answer to the final dot: accepted (2xx), deferred (4xx), rejected (5xx), or abandoned by the client before it."
        );
        Meter.CreateObservableCounter(
            "relay.uncertain",
            () => Interlocked.Read(ref _uncertain),
            "{message}",
            "Messages that may or may not have been delivered, since an upstream did not answer the final dot."
        );
        Meter.CreateObservableCounter(
            "relay.bounces",
            () => Interlocked.Read(ref _bounces),
            "{message}",
            "Messages that Relay wrote to senders: of failure, of delay, or that the next hop sends no notices."
        );
        Meter.CreateObservableUpDownCounter(
            "relay.configuration.refused",
            () => Volatile.Read(ref _isReloadRefused),
            unit: null,
            "1 while the configuration that was read last is not the one that runs, since it has errors or needs a restart."
        );
        _duration = Meter.CreateHistogram(
            "relay.delivery.duration",
            "s",
            "Time of the phases of a delivery: queue (waiting for an upstream), connect (opening a connection), transaction (MAIL to the answer to the final dot).",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets }
        );
    }

    /// <summary>Listeners to one relay of several in a process tell its instruments by their meter.</summary>
    public Meter Meter { get; }

    /// <summary>Whether anybody looks: if not, nothing need be measured.</summary>
    public bool MeasuresDurations => _duration.Enabled;

    /// <summary>A client was answered, or left before it could be.</summary>
    /// <param name="listener">Its name.</param>
    /// <param name="reply">To the final dot; null when the client was gone.</param>
    public void Received(string listener, SmtpReply? reply) =>
        _received.Add(1, new("listener", listener), new("outcome", reply is null ? "abandoned" : OutcomeOf(reply)));

    /// <summary>The fate of a message is decided.</summary>
    public void Settled(IReadOnlyList<RecipientOutcome> outcomes)
    {
        for (var index = 0; index < outcomes.Count; index++)
        {
            if (outcomes[index].Kind == OutcomeKind.Uncertain)
            {
                Interlocked.Increment(ref _uncertain);
                return;
            }
        }
    }

    /// <summary>So many notices to senders were stored.</summary>
    public void Bounced(int notices) => Interlocked.Add(ref _bounces, notices);

    /// <summary>The configuration was read again.</summary>
    public void Reloaded(bool isRefused) => Volatile.Write(ref _isReloadRefused, isRefused ? 1 : 0);

    /// <summary>One phase of a delivery has ended, well or not.</summary>
    public void Took(string group, string upstream, DeliveryPhase phase, TimeSpan duration) =>
        _duration.Record(duration.TotalSeconds, new("group", group), new("upstream", upstream), new("phase", Word(phase)));

    /// <summary>Has the state of things read at each scrape. Nothing of it costs the path of a message anything.</summary>
    /// <param name="sessions">Client sessions that are open.</param>
    /// <param name="upstreams">All upstreams of the configuration in force then.</param>
    /// <param name="queue">What the spool holds.</param>
    public void Observe(Func<int> sessions, Func<IEnumerable<UpstreamReading>> upstreams, Func<QueueReading> queue)
    {
        Meter.CreateObservableUpDownCounter(
            "relay.queue.messages",
            () =>
                queue().Rows.Select(static rows => new Measurement<int>(rows.Value, new KeyValuePair<string, object?>("state", rows.Key))),
            "{message}",
            "Deliveries in the spool, one for each message and group."
        );
        Meter.CreateObservableUpDownCounter(
            "relay.spool.usable",
            () => queue().IsUsable ? 1 : 0,
            unit: null,
            "1 while the spool works and has room; 0 while it does not, or there is none."
        );
        Meter.CreateObservableGauge(
            "relay.queue.oldest",
            () => queue().OldestSeconds,
            "s",
            "Age of the oldest message in the spool that is still to be delivered."
        );
        Meter.CreateObservableUpDownCounter("relay.sessions", sessions, "{session}", "Client sessions that are open.");
        Meter.CreateObservableCounter(
            "relay.deliveries",
            () => upstreams().SelectMany(Deliveries),
            "{attempt}",
            "Attempts at an upstream: delivered, deferred (4xx), rejected (5xx), failed (broke off), uncertain (no answer to the final dot)."
        );
        Meter.CreateObservableUpDownCounter(
            "relay.upstream.in_flight",
            () => upstreams().Select(reading => Measure(reading, reading.InFlight)),
            "{attempt}",
            "Deliveries under way."
        );
        Meter.CreateObservableUpDownCounter(
            "relay.upstream.connections",
            () => upstreams().SelectMany(Connections),
            "{connection}",
            "Open connections: busy, or idle until the next message."
        );
        Meter.CreateObservableUpDownCounter(
            "relay.upstream.state",
            () => upstreams().SelectMany(States),
            unit: null,
            "1 for the state that the upstream is in, 0 for the others; of an upstream that is looked up, how many of its servers are in each."
        );
        ObserveShares(upstreams);
        ObserveRates(upstreams);
        Meter.CreateObservableUpDownCounter(
            "relay.discovery.trouble",
            () =>
                upstreams()
                    .Where(reading => reading.HasLookupTrouble is not null)
                    .Select(reading => Measure(reading, reading.HasLookupTrouble == true ? 1 : 0)),
            unit: null,
            "1 while the last lookup of an upstream with Discover failed, found nothing or left something out."
        );
    }

    public void Dispose() => Meter.Dispose();

    private void ObserveShares(Func<IEnumerable<UpstreamReading>> upstreams)
    {
        Meter.CreateObservableGauge(
            "relay.upstream.weight",
            () => upstreams().Select(reading => Measure(reading, reading.Weight)),
            unit: null,
            "Share of the mail: the weight after what its agent says, 0 while that keeps it back."
        );
        Meter.CreateObservableGauge(
            "relay.upstream.pace",
            () => upstreams().Where(static reading => reading.Pace is not null).Select(reading => Measure(reading, reading.Pace!.Value)),
            "{message}/s",
            "Messages a second that an upstream is thought to take; only of those that have asked for less."
        );
        Meter.CreateObservableCounter(
            "relay.upstream.throttled",
            () => upstreams().Select(reading => Measure(reading, reading.Throttled)),
            "{reply}",
            "Replies by which an upstream asked for less mail."
        );
    }

    private void ObserveRates(Func<IEnumerable<UpstreamReading>> upstreams)
    {
        Meter.CreateObservableGauge(
            "relay.upstream.rate.limit",
            () => upstreams().SelectMany(reading => reading.Rates.Select(rate => Measure(reading, rate, rate.Limit))),
            unit: null,
            "Messages or recipients that an upstream may be sent in any window of a length (label window: s, min, h, day)."
        );
        Meter.CreateObservableGauge(
            "relay.upstream.rate.used",
            () => upstreams().SelectMany(reading => reading.Rates.Select(rate => Measure(reading, rate, rate.Used))),
            unit: null,
            "How many of them are used in the window that ends now, deliveries under way included."
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

    private static string OutcomeOf(SmtpReply reply) =>
        reply.IsPositive ? "accepted"
        : reply.IsPermanent ? "rejected"
        : "deferred";

    private static string Word(DeliveryPhase phase) =>
        phase switch
        {
            DeliveryPhase.Queue => "queue",
            DeliveryPhase.Connect => "connect",
            _ => "transaction",
        };
}
