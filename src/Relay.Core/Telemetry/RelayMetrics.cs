using System.Diagnostics.Metrics;
using Relay.Core.Messages;

namespace Relay.Core.Telemetry;

/// <summary>
/// What the path of a message is counted by, and where the instruments that are read at a scrape hang. Labels are configured names and fixed words, never an address or a
/// domain, so that nobody outside decides how many series there are. Exporters turn <c>relay.uncertain</c> into <c>relay_uncertain_total</c>.
/// </summary>
internal sealed class RelayMetrics : IDisposable
{
    public const string MeterName = "Relay";

    /// <summary>In seconds: a delivery within the machine takes one millisecond, a server that is waited for to the end ten minutes.</summary>
    private static readonly double[] Buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

    private static readonly string[] PickupOutcomes = ["accepted", "deferred", "refused"];

    private readonly Counter<long> _received;
    private readonly Counter<long> _receivedBytes;
    private readonly Counter<long> _sentBytes;
    private readonly Counter<long> _connections;
    private readonly Counter<long> _handshakes;
    private readonly Counter<long> _logins;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _webhooks;
    private readonly Counter<long> _pickup;
    private readonly Counter<long> _discarded;
    private readonly Histogram<double> _answer;
    private readonly Histogram<double> _duration;
    private long _uncertain;
    private long _bounces;
    private long _ratesExchanged;
    private int _isReloadRefused;

    public RelayMetrics()
    {
        Meter = new Meter(MeterName);
        _received = Meter.CreateCounter<long>(
            "relay.messages.received",
            "{message}",
            "Messages that clients sent, by the answer to the final dot: accepted (2xx), deferred (4xx), rejected (5xx), or abandoned by the client before it."
        );
        CountRare();
        _receivedBytes = Counter("relay.received", "By", "Size of the messages that clients sent whole, whatever they were answered.");
        _sentBytes = Counter("relay.sent", "By", "Size of the messages that upstreams accepted, each as often as it was accepted.");
        _connections = Counter(
            "relay.connections",
            "{connection}",
            "Client connections: accepted, or refused with 421 since there are too many in all (too_many) or from this client (too_many_from_client)."
        );
        _handshakes = Counter("relay.tls.handshakes", "{handshake}", "TLS handshakes with clients: succeeded or failed.");
        _logins = Counter(
            "relay.logins",
            "{login}",
            "Logins of clients: succeeded, failed (unknown name or wrong password), locked_out (after too many failures), busy (too many at once), malformed."
        );
        _failures = Counter(
            "relay.recipients.failed",
            "{recipient}",
            "Recipients of spooled messages that are given up: refused for good, or expired."
        );
        _webhooks = Counter(
            "relay.webhook.events",
            "{event}",
            "Events for webhooks: delivered, failed (given up after the last try), dropped (the queue was full)."
        );
        _pickup = Counter(
            "relay.pickup.files",
            "{file}",
            "Files of the pickup folder: accepted, deferred (tried again), refused (moved to bad)."
        );
        _discarded = Counter("relay.log.discarded", "{line}", "Log lines that are missing, since the output could not keep up.");
        _answer = Meter.CreateHistogram(
            "relay.answer.duration",
            "s",
            "Time that clients wait between the end of their message and the answer to it.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets }
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

    /// <summary>What passes, for those who look once a second.</summary>
    public TrafficMeter Traffic { get; } = new();

    /// <summary>Notices that were stored since the start.</summary>
    public long Bounces => Interlocked.Read(ref _bounces);

    /// <summary>Whether anybody looks: if not, nothing need be measured.</summary>
    public bool MeasuresDurations => _duration.Enabled;

    /// <summary>Whether the configuration that was read last is not the one that runs.</summary>
    public bool IsReloadRefused => Volatile.Read(ref _isReloadRefused) != 0;

    /// <summary>
    /// Begins the series of a configuration at 0: to a counter that appears with its first event nothing has happened, as Prometheus sees it, and no alert comes of it. Call it once exporters listen.
    /// </summary>
    public void Announce(IEnumerable<string> listeners)
    {
        foreach (var listener in listeners)
        {
            Begin(_received, listener, "accepted", "deferred", "rejected", "abandoned");
            Begin(_connections, listener, "accepted", "too_many", "too_many_from_client");
            Begin(_handshakes, listener, "succeeded", "failed");
            Begin(_logins, listener, "succeeded", "failed", "locked_out", "busy", "malformed");
            _receivedBytes.Add(0, new KeyValuePair<string, object?>("listener", listener));
        }

        _failures.Add(0, new KeyValuePair<string, object?>("reason", "refused"));
        _failures.Add(0, new KeyValuePair<string, object?>("reason", "expired"));
        _discarded.Add(0);
    }

    /// <summary>The same for a webhook.</summary>
    public void AnnounceWebhook(string webhook)
    {
        Notified(webhook, "delivered", 0);
        Notified(webhook, "failed", 0);
        Notified(webhook, "dropped", 0);
    }

    /// <summary>The same for the pickup folder.</summary>
    public void AnnouncePickup()
    {
        foreach (var outcome in PickupOutcomes)
        {
            _pickup.Add(0, new KeyValuePair<string, object?>("outcome", outcome));
        }
    }

    /// <summary>A client was answered, or left before it could be.</summary>
    /// <param name="listener">Its name.</param>
    /// <param name="reply">To the final dot; null when the client was gone.</param>
    /// <param name="bytes">Size of the message; 0 when none was kept.</param>
    public void Received(string listener, SmtpReply? reply, long bytes = 0)
    {
        _received.Add(1, new("listener", listener), new("outcome", reply is null ? "abandoned" : OutcomeOf(reply)));
        if (bytes > 0)
        {
            _receivedBytes.Add(bytes, new KeyValuePair<string, object?>("listener", listener));
        }
    }

    /// <summary>A client had its answer so long after the end of its message.</summary>
    public void Answered(string listener, TimeSpan duration) =>
        _answer.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("listener", listener));

    /// <summary>An upstream accepted a message of this size.</summary>
    public void Sent(string group, string upstream, long bytes) => _sentBytes.Add(bytes, new("group", group), new("upstream", upstream));

    /// <summary>A client connected; <paramref name="outcome"/> is one of the words of the instrument.</summary>
    public void Connected(string listener, string outcome) => _connections.Add(1, new("listener", listener), new("outcome", outcome));

    /// <summary>A handshake with a client came to its end.</summary>
    public void Handshaken(string listener, bool isSuccess) =>
        _handshakes.Add(1, new("listener", listener), new("outcome", isSuccess ? "succeeded" : "failed"));

    /// <summary>A login of a client came to its end; <paramref name="outcome"/> is one of the words of the instrument.</summary>
    public void LoggedIn(string listener, string outcome) => _logins.Add(1, new("listener", listener), new("outcome", outcome));

    /// <summary>So many recipients of spooled messages will not be tried again.</summary>
    public void GivenUp(int recipients, bool isRefused)
    {
        if (recipients > 0)
        {
            _failures.Add(recipients, new KeyValuePair<string, object?>("reason", isRefused ? "refused" : "expired"));
        }
    }

    /// <summary>What became of events for a webhook; <paramref name="outcome"/> is one of the words of the instrument.</summary>
    public void Notified(string webhook, string outcome, int events = 1) =>
        _webhooks.Add(events, new("webhook", webhook), new("outcome", outcome));

    /// <summary>A file of the pickup folder was dealt with; <paramref name="outcome"/> is one of the words of the instrument.</summary>
    public void PickedUp(string outcome) => _pickup.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    /// <summary>This node has looked at the rates that nodes share, and entered in the database what has changed.</summary>
    public void RatesExchanged() => Interlocked.Increment(ref _ratesExchanged);

    /// <summary>So many log lines are missing.</summary>
    public void LinesDiscarded(long lines) => _discarded.Add(lines);

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
    /// <param name="process">What the whole process uses; null where nobody knows.</param>
    public void Observe(
        Func<int> sessions,
        Func<IEnumerable<UpstreamReading>> upstreams,
        Func<QueueReading> queue,
        Func<ProcessReading>? process = null
    )
    {
        Meter.CreateObservableUpDownCounter("relay.sessions", sessions, "{session}", "Client sessions that are open.");
        QueueInstruments.Create(Meter, queue);
        UpstreamInstruments.Create(Meter, upstreams);
        if (process is not null)
        {
            ProcessInstruments.Create(Meter, process);
        }
    }

    public void Dispose() => Meter.Dispose();

    /// <summary>What happens so seldom that it is counted in a field and read at a scrape.</summary>
    private void CountRare()
    {
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
        Meter.CreateObservableCounter(
            "relay.rates.exchanged",
            () => Interlocked.Read(ref _ratesExchanged),
            "{exchange}",
            "Times that this node looked in the database at the rates that nodes share."
        );
        Meter.CreateObservableUpDownCounter(
            "relay.configuration.refused",
            () => Volatile.Read(ref _isReloadRefused),
            unit: null,
            "1 while the configuration that was read last is not the one that runs, since it has errors or needs a restart."
        );
    }

    private static void Begin(Counter<long> counter, string listener, params ReadOnlySpan<string> outcomes)
    {
        foreach (var outcome in outcomes)
        {
            counter.Add(0, new("listener", listener), new("outcome", outcome));
        }
    }

    private Counter<long> Counter(string name, string unit, string description) => Meter.CreateCounter<long>(name, unit, description);

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
