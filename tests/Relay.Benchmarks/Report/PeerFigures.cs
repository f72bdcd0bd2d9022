using Relay.Benchmarks.Compare;

namespace Relay.Benchmarks.Report;

/// <summary>What the runs of one peer in one case come to.</summary>
/// <param name="runs">All runs of all peers in that case.</param>
/// <param name="peer">The peer's name.</param>
internal sealed class PeerFigures(IReadOnlyList<Run> runs, string peer)
{
    private readonly IReadOnlyList<Run> _own = [.. runs.Where(run => run.Peer == peer)];

    public string Peer => peer;

    /// <summary>Without a relay in between there is nothing whose CPU time or memory could be told.</summary>
    public bool IsDirect => peer == "direct";

    public IEnumerable<double> PerSecond => _own.Select(static run => run.PerSecond);

    public IEnumerable<double> PeerCpu => _own.Select(static run => run.PeerCpu);

    public double UpstreamCpu => Median.Of(_own.Select(static run => run.UpstreamCpu));

    public double P50Ms => Median.Of(_own.Select(static run => run.P50Ms));

    public double P99Ms => Median.Of(_own.Select(static run => run.P99Ms));

    /// <summary>The most of all runs: a peak is not evened out.</summary>
    public double PeakMiB => _own.Max(static run => run.PeakMiB);

    /// <summary>Allocated per message; not a number for a program that does not tell it.</summary>
    public double AllocatedKiB => Median.Of(_own.Select(static run => run.AllocatedBytes / 1024).OfType<double>());

    /// <summary>The worst of all runs: one disturbed run may be the median of another figure.</summary>
    public double Others => _own.Max(static run => run.Others);

    /// <summary>The median of this peer's figure over another's in the same round; not a number where there is no other.</summary>
    public double Against(string other, Func<Run, double> figure)
    {
        var others = runs.Where(run => run.Peer == other).ToDictionary(static run => run.Round, figure);
        return Median.Of(from run in _own where others.GetValueOrDefault(run.Round) > 0 select figure(run) / others[run.Round]);
    }

    /// <summary>All peers of a case in the order in which they were measured.</summary>
    public static IReadOnlyList<PeerFigures> OfCase(IReadOnlyList<Run> all, Case load)
    {
        var runs = all.Where(run => run.Case == load.Name).ToArray();
        return [.. runs.Select(static run => run.Peer).Distinct(StringComparer.Ordinal).Select(peer => new PeerFigures(runs, peer))];
    }
}
