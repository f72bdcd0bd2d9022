using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using Relay.Benchmarks.Report;
using static System.FormattableString;

namespace Relay.Benchmarks.Wan;

/// <summary>Measures each peer before each kind of upstream, interleaved. The first round, which fills the pools and is no measurement, comes extra.</summary>
internal sealed class WanMeasurement(WanOptions options, IReadOnlyList<IPeer> peers, string folder, TextWriter progress) : IAsyncDisposable
{
    private readonly List<WanSubject> _subjects = [];
    private readonly List<WanRun> _runs = [];

    public IReadOnlyList<WanRun> Runs => _runs;

    /// <summary>What the line really takes.</summary>
    public double RoundTripMs { get; private set; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var chunking in new[] { false, true })
        {
            foreach (var peer in peers)
            {
                _subjects.Add(await WanSubject.StartAsync(peer, chunking, options.RoundTrip, folder, cancellationToken));
            }
        }

        for (var round = 0; round <= options.Runs; round++)
        {
            await MeasureRoundAsync(round, cancellationToken);
        }

        RoundTripMs = Median.Of(await Task.WhenAll(_subjects.Select(subject => subject.Upstream.MeasureRoundTripAsync(cancellationToken))));
    }

    public ValueTask DisposeAsync() => Ending.AllAsync(_subjects);

    private async Task MeasureRoundAsync(int round, CancellationToken cancellationToken)
    {
        foreach (var subject in _subjects)
        {
            var run = await subject.MeasureAsync(round, options, cancellationToken);
            await progress.WriteLineAsync(Invariant($"{round}/{options.Runs} {subject.Name}: p50 {run.P50Ms:F1} ms"));
            if (round > 0)
            {
                _runs.Add(run);
            }
        }
    }
}
