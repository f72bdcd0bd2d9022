using System.Diagnostics.Metrics;
using System.Globalization;
using Relay.Core.Telemetry;

namespace Relay.Tests.Telemetry;

/// <summary>Listens to one relay's instruments, as an exporter does, and adds up what it hears.</summary>
internal sealed class MetricsRun : IDisposable
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public MetricsRun(RelayMetrics metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, metrics.Meter))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Note(instrument, 1, tags));
        _listener.Start();
    }

    /// <summary>By name and labels, <c>relay.deliveries{group=default,outcome=delivered,upstream=a}</c>; of histograms how often they were told something.</summary>
    public IReadOnlyDictionary<string, double> Read()
    {
        _listener.RecordObservableInstruments();
        lock (_values)
        {
            return new Dictionary<string, double>(_values, StringComparer.Ordinal);
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = tags.ToArray()
            .OrderBy(tag => tag.Key, StringComparer.Ordinal)
            .Select(tag => string.Create(CultureInfo.InvariantCulture, $"{tag.Key}={tag.Value}"));
        var key = tags.Length == 0 ? instrument.Name : $"{instrument.Name}{{{string.Join(',', labels)}}}";
        lock (_values)
        {
            _values[key] = instrument.IsObservable ? value : _values.GetValueOrDefault(key) + value;
        }
    }
}
