using System.Globalization;

namespace Relay.Cli.Top;

/// <summary>What the view needs of a page of metrics, all listeners and upstreams together.</summary>
internal sealed record MetricsReading
{
    public static readonly MetricsReading Empty = new();

    public double Accepted { get; private init; }

    public double Deferred { get; private init; }

    public double Rejected { get; private init; }

    public double Sessions { get; private init; }

    public double OldestSeconds { get; private init; }

    /// <summary>Deliveries in the spool, by state.</summary>
    public IReadOnlyDictionary<string, double> Queue { get; private init; } = new Dictionary<string, double>(StringComparer.Ordinal);

    /// <summary>Deliveries so far that took no longer than so many seconds, in rising order.</summary>
    public IReadOnlyList<(double Seconds, double Count)> Buckets { get; private init; } = [];

    /// <summary>Reads the text form of Prometheus. Lines of other kinds are passed over.</summary>
    public static MetricsReading Parse(string page)
    {
        var samples = page.Split('\n')
            .Select(MetricSample.Parse)
            .OfType<MetricSample>()
            .ToLookup(static sample => sample.Name, StringComparer.Ordinal);
        return new MetricsReading
        {
            Accepted = Received("accepted"),
            Deferred = Received("deferred"),
            Rejected = Received("rejected"),
            Sessions = samples["relay_sessions"].Sum(static sample => sample.Value),
            OldestSeconds = samples["relay_queue_oldest_seconds"].Sum(static sample => sample.Value),
            Queue = samples["relay_queue_messages"]
                .GroupBy(static sample => sample.Label("state"), StringComparer.Ordinal)
                .ToDictionary(static state => state.Key, static state => state.Sum(static sample => sample.Value), StringComparer.Ordinal),
            Buckets =
            [
                .. samples["relay_delivery_duration_seconds_bucket"]
                    .Where(static sample => sample.Label("phase") == "transaction")
                    .GroupBy(static sample => BoundOf(sample.Label("le")))
                    .OrderBy(static bucket => bucket.Key)
                    .Select(static bucket => (bucket.Key, bucket.Sum(static sample => sample.Value))),
            ],
        };

        double Received(string outcome) =>
            samples["relay_messages_received_total"].Where(sample => sample.Label("outcome") == outcome).Sum(static sample => sample.Value);
    }

    private static double BoundOf(string text) =>
        double.TryParse(text, CultureInfo.InvariantCulture, out var bound) ? bound : double.PositiveInfinity;
}
