using Relay.Benchmarks.Compare;
using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Growth;

/// <summary>
/// Measures all points, interleaved. Each has a relay of its own that is warmed up as long as the others, and all are up together, so that a drift
/// of the machine meets all alike.
/// </summary>
internal sealed class GrowthMeasurement(GrowthOptions options, string folder, TextWriter progress) : IAsyncDisposable
{
    private const int Sinks = 3;
    private const int Size = 4 * 1024;

    private readonly Dictionary<GrowthPoint, Subject> _subjects = [];
    private readonly List<Run> _runs = [];

    /// <summary>In each, the peer is the name of the point.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    /// <exception cref="MeasurementException">A relay did not start, or a message was lost, doubled or refused.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var point in options.Points)
        {
            await progress.WriteLineAsync($"starting {point.Name}");
            _subjects[point] = await StartAsync(point, cancellationToken);
        }

        var counts = new Dictionary<GrowthPoint, int>();
        foreach (var point in options.Points)
        {
            await progress.WriteLineAsync($"warming up {point.Name}");
            counts[point] = await WarmUp.RunAsync(MeasurementOf(point), options.Times, cancellationToken);
        }

        for (var round = 1; round <= options.Runs; round++)
        {
            foreach (var point in options.Points)
            {
                var run = await MeasurementOf(point).MeasureRateAsync(round, counts[point], cancellationToken);
                _runs.Add(run);
                await progress.WriteLineAsync(Invariant($"{round}/{options.Runs} {point.Name}: {run.PeerCpu:F3} CPU s per 1,000"));
            }
        }
    }

    public ValueTask DisposeAsync() => Ending.AllAsync(_subjects.Values);

    private Task<Subject> StartAsync(GrowthPoint point, CancellationToken cancellationToken)
    {
        var settings = new RelaySettings { Upstreams = point.Upstreams, Routes = point.Routes };
        return Subject.StartAsync(new RelayPeer(point.Name, options.Relay, settings), Sinks, folder, cancellationToken);
    }

    private Measurement MeasurementOf(GrowthPoint point) =>
        new(_subjects[point], new Case("growth", point.Name, point.Sessions, Size, KeepOpen: true), TimeProvider.System);
}
