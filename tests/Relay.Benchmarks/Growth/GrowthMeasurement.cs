using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Growth;

/// <summary>
/// Measures all points, interleaved. Those that differ in sessions alone share a relay; else each has its own, and all are up together, so that
/// a drift of the machine meets all alike.
/// </summary>
internal sealed class GrowthMeasurement(GrowthOptions options, string folder, TextWriter progress) : IAsyncDisposable
{
    private const int Sinks = 3;
    private const int Size = 4 * 1024;

    private readonly Dictionary<(int Upstreams, int Routes), Subject> _subjects = [];
    private readonly List<Run> _runs = [];

    /// <summary>In each, the peer is the name of the point.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    /// <exception cref="MeasurementException">A relay did not start, or a message was lost, doubled or refused.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var counts = new Dictionary<GrowthPoint, int>();
        foreach (var point in options.Points)
        {
            await progress.WriteLineAsync($"warming up {point.Name}");
            var measurement = await MeasurementOfAsync(point, cancellationToken);
            counts[point] = await WarmUp.RunAsync(measurement, options.Times, cancellationToken);
        }

        for (var round = 1; round <= options.Runs; round++)
        {
            foreach (var point in options.Points)
            {
                var measurement = await MeasurementOfAsync(point, cancellationToken);
                var run = await measurement.MeasureRateAsync(round, counts[point], cancellationToken);
                _runs.Add(run with { Peer = point.Name });
                await progress.WriteLineAsync(Invariant($"{round}/{options.Runs} {point.Name}: {run.PeerCpu:F3} CPU s per 1,000"));
            }
        }
    }

    public ValueTask DisposeAsync() => Ending.AllAsync(_subjects.Values);

    private async Task<Measurement> MeasurementOfAsync(GrowthPoint point, CancellationToken cancellationToken)
    {
        var load = new Case("growth", point.Name, point.Sessions, Size, KeepOpen: true);
        return new Measurement(await SubjectOfAsync(point, cancellationToken), load, TimeProvider.System);
    }

    private async Task<Subject> SubjectOfAsync(GrowthPoint point, CancellationToken cancellationToken)
    {
        var key = (point.Upstreams, point.Routes);
        if (!_subjects.TryGetValue(key, out var subject))
        {
            var settings = new RelaySettings { Upstreams = point.Upstreams, Routes = point.Routes };
            var peer = new RelayPeer(Invariant($"relay-{point.Upstreams}-{point.Routes}"), options.Relay, settings);
            _subjects[key] = subject = await Subject.StartAsync(peer, Sinks, folder, cancellationToken);
        }

        return subject;
    }
}
