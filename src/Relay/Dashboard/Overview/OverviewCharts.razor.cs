using Microsoft.AspNetCore.Components;
using Relay.Dashboard.Components;
using Relay.Live;

namespace Relay.Dashboard.Overview;

/// <summary>The last hour. Drawn anew every few seconds: an hour looks alike from one to the next.</summary>
public sealed partial class OverviewCharts
{
    private const int MostPoints = 180;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private IReadOnlyList<TrafficPoint> _points = [];
    private IReadOnlyList<ChartLine> _messages = [];
    private IReadOnlyList<ChartLine> _attempts = [];
    private IReadOnlyList<ChartLine> _latency = [];
    private IReadOnlyList<ChartLine> _queue = [];
    private string _span = "";
    private long _readAt;
    private bool _isNew;

    [Inject]
    private TrafficSampler Sampler { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    protected override bool ShouldRender() => _isNew;

    protected override void Read()
    {
        _isNew = _points.Count < 2 || Time.GetElapsedTime(_readAt) >= Pause;
        if (!_isNew)
        {
            return;
        }

        _readAt = Time.GetTimestamp();
        _points = Sampler.History.Last(TrafficHistory.Seconds, MostPoints);
        if (_points.Count == 0)
        {
            return;
        }

        _span = Show.Span(Time.GetUtcNow() - _points[0].At);
        _messages =
        [
            Line("accepted", static point => point.Messages),
            Line("put off", static point => point.PutOff),
            Line("refused", static point => point.Refused),
        ];
        _attempts =
        [
            Line("delivered", static point => point.Delivered),
            Line("deferred", static point => point.Deferred),
            Line("rejected or failed", static point => point.Rejected + point.Failed),
        ];
        _latency = [Line("half within", static point => point.P50 ?? 0), Line("95 % within", static point => point.P95 ?? 0)];
        _queue = [Line("deliveries", static point => point.Queue)];
    }

    private ChartLine Line(string name, Func<TrafficPoint, double> value) => new(name, [.. _points.Select(value)]);
}
