using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Relay.Core.Configuration;

namespace Relay.Core.Telemetry;

/// <summary>
/// How many series each instrument may have. An exporter sets memory aside for as many as it is told, or for 2,000 of each instrument: 10 MB for what needs some hundred kilobytes.
/// What does not find room is added up in one series, <c>otel_metric_overflow</c> (OpenTelemetry, cardinality limits).
/// </summary>
/// <param name="options">What the process starts with. A reload may bring twice the names, and up to <see cref="FewestNames"/> in any case.</param>
internal sealed class SeriesRoom(RelayOptions options)
{
    /// <summary>Of upstreams, groups, listeners, webhooks and certificates, however few are configured.</summary>
    public const int FewestNames = 100;

    /// <summary>Garbage collection, thread pool, memory: measured by the runtime itself.</summary>
    public const string RuntimeMeter = "System.Runtime";

    /// <summary>The one instrument of the runtime whose labels are no handful of fixed words, but types.</summary>
    private const string Exceptions = "dotnet.exceptions";

    /// <summary>Instruments whose labels are fixed words, or that have none.</summary>
    private const int FixedWords = 20;

    /// <summary>Series of an instrument for each name of the configuration; 0 where there are fixed words only.</summary>
    private static readonly FrozenDictionary<string, int> PerName = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        // by upstream, or by group
        ["relay.sent"] = 1,
        ["relay.deliveries"] = 5,
        ["relay.delivery.duration"] = 3,
        ["relay.upstream.state"] = 7,
        ["relay.upstream.in_flight"] = 1,
        ["relay.upstream.connections"] = 2,
        ["relay.upstream.connections.limit"] = 1,
        ["relay.upstream.weight"] = 1,
        ["relay.upstream.pace"] = 1,
        ["relay.upstream.throttled"] = 1,
        ["relay.upstream.rate.limit"] = 8,
        ["relay.upstream.rate.used"] = 8,
        ["relay.upstream.rate.share"] = 8,
        ["relay.group.waiting"] = 1,
        ["relay.discovery.trouble"] = 1,

        // by listener, webhook or certificate
        ["relay.messages.received"] = 4,
        ["relay.received"] = 1,
        ["relay.answer.duration"] = 1,
        ["relay.connections"] = 3,
        ["relay.tls.handshakes"] = 2,
        ["relay.logins"] = 5,
        ["relay.webhook.events"] = 3,
        ["relay.certificate.expiry"] = 1,

        ["relay.uncertain"] = 0,
        ["relay.bounces"] = 0,
        ["relay.recipients.failed"] = 0,
        ["relay.pickup.files"] = 0,
        ["relay.log.discarded"] = 0,
        ["relay.rates.exchanged"] = 0,
        ["relay.configuration.refused"] = 0,
        ["relay.sessions"] = 0,
        ["relay.sessions.limit"] = 0,
        ["relay.queue.messages"] = 0,
        ["relay.queue.oldest"] = 0,
        ["relay.spool.usable"] = 0,
        ["relay.spool.size"] = 0,
        ["relay.spool.records"] = 0,
        ["relay.build.info"] = 0,
        ["relay.start.time"] = 0,
        ["relay.memory.used"] = 0,
        ["relay.memory.limit"] = 0,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private readonly int _names = Math.Max(FewestNames, 2 * Names(options));

    /// <summary>Null where nothing is known of an instrument.</summary>
    public int? Of(Instrument instrument) =>
        instrument.Meter.Name == RelayMetrics.MeterName ? OfRelay(instrument.Name)
        : instrument.Meter.Name == RuntimeMeter && instrument.Name != Exceptions ? FixedWords
        : null;

    private int? OfRelay(string instrument) =>
        !PerName.TryGetValue(instrument, out var each) ? null
        : each == 0 ? FixedWords
        : each * _names;

    // The most of one kind: that no kind has more is all that counts.
    private static int Names(RelayOptions options) =>
        new[]
        {
            options.Groups.Values.Sum(static group => group.Upstreams.Count),
            options.Groups.Count,
            options.Listeners.Count,
            options.Tls.Certificates.Count,
            options.Webhooks.Count,
        }.Max();
}
