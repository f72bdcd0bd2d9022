using System.Diagnostics.Metrics;
using Relay.Core.Telemetry;

namespace Relay.Tests.Monitoring;

/// <summary>docs/metrics.md holds every instrument there is, as Prometheus shows it, and no other.</summary>
public sealed class MetricsDocumentTests
{
    private static readonly IReadOnlyDictionary<string, Instrument> Instruments = ReadInstruments();
    private static readonly IReadOnlyList<MetricRow> Documented = MetricRow.Read();

    [Test]
    public void Every_instrument_is_documented_and_no_other() =>
        Assert.That(Documented.Select(static row => row.Name), Is.EquivalentTo(Instruments.Keys));

    [Test]
    public void Kinds_are_those_of_the_instruments() =>
        Assert.That(Documented.Where(static row => row.Kind != KindOf(Instruments[row.Name])).Select(static row => row.Name), Is.Empty);

    [Test]
    public void Every_instrument_says_what_it_is() =>
        Assert.That(
            Instruments.Values.Where(static instrument => instrument.Description is not { Length: > 10 } text || text[^1] != '.'),
            Is.Empty
        );

    private static Dictionary<string, Instrument> ReadInstruments()
    {
        using var metrics = new RelayMetrics();
        metrics.Observe(
            () => 0,
            () => [],
            () => new QueueReading([], 0, IsUsable: true),
            () => throw new InvalidOperationException("Nobody reads it.")
        );
        var found = new Dictionary<string, Instrument>(StringComparer.Ordinal);
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
            {
                found.Add(NameOf(instrument), instrument);
            }
        };
        listener.Start();
        return found;
    }

    /// <summary>As the exporter makes it: the unit behind the name unless it stands in braces, and <c>_total</c> behind counters.</summary>
    private static string NameOf(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_');
        name += instrument.Unit switch
        {
            "s" => "_seconds",
            "By" => "_bytes",
            _ => "",
        };
        return KindOf(instrument) == "counter" ? name + "_total" : name;
    }

    private static string KindOf(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal)
                ? "counter"
            : "gauge";
    }
}
