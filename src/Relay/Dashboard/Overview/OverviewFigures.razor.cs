using Microsoft.AspNetCore.Components;
using Relay.Dashboard.Components;
using Relay.Live;

namespace Relay.Dashboard.Overview;

/// <summary>What passes now, with the last minute beside it: a single second says little where little passes.</summary>
public sealed partial class OverviewFigures
{
    /// <summary>Of all attempts: as many as that are worth a second look.</summary>
    private const double Much = 0.1;

    private LiveFigures? _figures;
    private TrafficPoint _minute;
    private double? _p50;
    private double? _p95;

    [Inject]
    private TrafficSampler Sampler { get; set; } = default!;

    private double Attempts => _minute.Delivered + _minute.Deferred + _minute.Rejected + _minute.Failed;

    protected override void Read()
    {
        _figures = Sampler.Current;
        _minute = Sampler.History.Last(60, 1) is [var minute, ..] ? minute : default;
        (_p50, _p95) = (_figures.Traffic.P50 ?? _minute.P50, _figures.Traffic.P95 ?? _minute.P95);
    }

    private bool IsMuch(double perSecond) => Attempts > 0 && perSecond / Attempts >= Much;

    private string Rate(double perSecond) =>
        Attempts <= 0 ? "nothing in the last minute" : $"{Show.Number(100 * perSecond / Attempts)} % of the last minute";
}
