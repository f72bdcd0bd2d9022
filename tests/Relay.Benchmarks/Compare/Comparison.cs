using Relay.Benchmarks.Peers;
using Relay.Benchmarks.Processes;
using static System.FormattableString;

namespace Relay.Benchmarks.Compare;

/// <summary>
/// Measures all peers in all cases. They are up together; within a round each is measured once, one after the other, so that a drift of the
/// machine meets all alike and ratios are taken within a round.
/// </summary>
internal sealed class Comparison(CompareOptions options, string folder, TextWriter progress) : IAsyncDisposable
{
    private const int LatencyShare = 4; // of the messages of a rate run

    private readonly List<Subject> _subjects = [];
    private readonly List<Run> _runs = [];
    private readonly List<string> _troubles = [];

    public IReadOnlyList<Run> Runs => _runs;

    /// <summary>What was not measured, and why; all of it makes the command fail.</summary>
    public IReadOnlyList<string> Troubles => _troubles;

    /// <summary>Peers that are not installed are none of these: they are told to the user beforehand.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var peer in options.Peers)
        {
            await StartAsync(peer, cancellationToken);
        }

        foreach (var load in options.Cases)
        {
            await MeasureCaseAsync(load, cancellationToken);
        }
    }

    public ValueTask DisposeAsync() => Ending.AllAsync(_subjects);

    private async Task StartAsync(IPeer peer, CancellationToken cancellationToken)
    {
        try
        {
            await progress.WriteLineAsync($"starting {peer.Name}");
            _subjects.Add(await Subject.StartAsync(peer, options.Upstreams, folder, cancellationToken));
        }
        catch (MeasurementException failure)
        {
            await TellAsync($"{peer.Name}: {failure.Message}");
        }
    }

    private async Task MeasureCaseAsync(Case load, CancellationToken cancellationToken)
    {
        var counts = new Dictionary<Subject, int>();
        foreach (var subject in _subjects)
        {
            await TryAsync(load, subject, async () => counts[subject] = await WarmUpAsync(load, subject, cancellationToken));
        }

        for (var round = 1; round <= options.Runs; round++)
        {
            foreach (var subject in _subjects.Where(counts.ContainsKey))
            {
                var succeeded = await TryAsync(
                    load,
                    subject,
                    () => MeasureOnceAsync(load, subject, round, counts[subject], cancellationToken)
                );
                if (!succeeded)
                {
                    counts.Remove(subject); // what broke it would break the next round too
                }
            }
        }
    }

    private async Task<int> WarmUpAsync(Case load, Subject subject, CancellationToken cancellationToken)
    {
        await progress.WriteLineAsync($"{load.Name}: warming up {subject.Name}");
        return await WarmUp.RunAsync(new Measurement(subject, load, TimeProvider.System), options.Times, cancellationToken);
    }

    private async Task MeasureOnceAsync(Case load, Subject subject, int round, int messages, CancellationToken cancellationToken)
    {
        var measurement = new Measurement(subject, load, TimeProvider.System);
        var run = await measurement.MeasureRateAsync(round, messages, cancellationToken);
        var measured = Math.Max(WarmUp.FewestMessages, messages / LatencyShare);
        var latency = await measurement.MeasureLatencyAsync(measured, measured / 2, cancellationToken);
        run = run with { P50Ms = latency.P50Ms, P99Ms = latency.P99Ms };
        _runs.Add(run);
        var figures = Invariant($"{run.PerSecond:N0}/s, {run.PeerCpu:F3} CPU s per 1,000, p50 {run.P50Ms:F2} ms");
        await progress.WriteLineAsync(Invariant($"{load.Name} {round}/{options.Runs} {subject.Name}: {figures}"));
    }

    private async Task<bool> TryAsync(Case load, Subject subject, Func<Task> measure)
    {
        try
        {
            await measure();
            return true;
        }
        catch (MeasurementException failure)
        {
            await TellAsync($"{subject.Name} in {load.Name}: {failure.Message}");
            return false;
        }
    }

    private Task TellAsync(string trouble)
    {
        _troubles.Add(trouble);
        return progress.WriteLineAsync(trouble);
    }
}
