using System.Globalization;
using Microsoft.AspNetCore.Components;
using Relay.Live;

namespace Relay.Dashboard.Overview;

/// <summary>A live row for each upstream.</summary>
public sealed partial class UpstreamRows
{
    private static readonly TimeSpan PauseOfPast = TimeSpan.FromSeconds(10);

    private readonly Dictionary<string, IReadOnlyList<double>> _pasts = new(StringComparer.Ordinal);
    private IReadOnlyList<UpstreamFigures> _rows = [];
    private long _pastsReadAt;

    [Inject]
    private TrafficSampler Sampler { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    protected override void Read()
    {
        _rows = Sampler.Current.Upstreams;
        if (Time.GetElapsedTime(_pastsReadAt) >= PauseOfPast)
        {
            _pasts.Clear(); // there is a point for each ten seconds
            _pastsReadAt = Time.GetTimestamp();
        }
    }

    private IReadOnlyList<double> Past(UpstreamFigures row)
    {
        var key = $"{row.Group}/{row.Name}";
        if (!_pasts.TryGetValue(key, out var past))
        {
            _pasts[key] = past = [.. Sampler.RatesOf(row.Group, row.Name).Select(static rate => (double)rate)];
        }

        return past;
    }

    private static string Width(double share) => string.Create(CultureInfo.InvariantCulture, $"width:{share * 60:0}px");

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} %");
}
