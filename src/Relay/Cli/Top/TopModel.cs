using Relay.Admin;

namespace Relay.Cli.Top;

/// <summary>What the view knows: the last reading, what went on before it, and whether the relay answers.</summary>
internal sealed class TopModel
{
    /// <summary>Looks that a share is worked out from: one alone jumps about.</summary>
    private const int LooksOfShare = 10;

    private const int LongestLine = 200;

    private readonly Dictionary<string, History> _histories = new(StringComparer.Ordinal);

    /// <summary>Null before the first.</summary>
    public RelayReading? Reading { get; private set; }

    public TrafficFigures Figures { get; private set; } = TrafficFigures.None;

    /// <summary>Deliveries a second of all upstreams together.</summary>
    public History Delivered { get; } = new();

    /// <summary>Why the relay cannot be asked; null while it can.</summary>
    public string? Trouble { get; private set; }

    public void Take(RelayReading reading)
    {
        if (Reading is { } before)
        {
            Figures = TrafficFigures.Between(before, reading);
            Delivered.Add(Figures.Delivered);
            Remember(Figures.ByUpstream);
        }

        (Reading, Trouble) = (reading, null);
    }

    public void TakeTrouble(string text) => Trouble = text;

    public IReadOnlyList<UpstreamRow> Rows(RowOrder order)
    {
        if (Reading is null)
        {
            return [];
        }

        var groups = Reading
            .Upstreams.GroupBy(static item => item.Group, StringComparer.Ordinal)
            .ToDictionary(static group => group.Key, group => group.Sum(Lately), StringComparer.Ordinal);
        var rows = Reading.Upstreams.Select(item => RowOf(item, groups[item.Group]));
        return
        [
            .. order switch
            {
                RowOrder.State => rows.OrderBy(static row => row.Item.State == "healthy"),
                RowOrder.Rate => rows.OrderByDescending(static row => row.PerSecond),
                RowOrder.InFlight => rows.OrderByDescending(static row => row.Item.InFlight),
                RowOrder.Latency => rows.OrderByDescending(static row => row.Item.LatencyMs),
                _ => rows,
            },
        ];
    }

    private UpstreamRow RowOf(UpstreamItem item, double ofGroup)
    {
        var key = UpstreamRow.KeyOf(item);
        var rates = _histories.GetValueOrDefault(key)?.Last(LongestLine) ?? [];
        return new UpstreamRow(item, Figures.ByUpstream.GetValueOrDefault(key), ofGroup > 0 ? Lately(item) / ofGroup : null, rates);
    }

    private double Lately(UpstreamItem item) => _histories.GetValueOrDefault(UpstreamRow.KeyOf(item))?.AverageOf(LooksOfShare) ?? 0;

    private void Remember(IReadOnlyDictionary<string, double> rates)
    {
        foreach (var gone in _histories.Keys.Where(key => !rates.ContainsKey(key)).ToList())
        {
            _histories.Remove(gone);
        }

        foreach (var (key, rate) in rates)
        {
            if (!_histories.TryGetValue(key, out var history))
            {
                history = _histories[key] = new History();
            }

            history.Add(rate);
        }
    }
}
