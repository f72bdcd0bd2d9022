using Relay.Benchmarks.Peers;

namespace Relay.Benchmarks.Compare;

/// <summary>What <c>compare</c> was asked for.</summary>
/// <param name="Peers">In the order of the table.</param>
/// <param name="Cases">One after the other.</param>
/// <param name="Runs">Rounds; in each every peer is measured once.</param>
/// <param name="RunTime">How long one should take.</param>
/// <param name="WarmUp">How long each peer is loaded before a case.</param>
/// <param name="Messages">So many in each run, whatever time that takes; null for what fills <paramref name="RunTime"/>.</param>
/// <param name="Upstreams">Sinks behind those who balance.</param>
internal sealed record CompareOptions(
    IReadOnlyList<IPeer> Peers,
    IReadOnlyList<Case> Cases,
    int Runs,
    TimeSpan RunTime,
    TimeSpan WarmUp,
    int? Messages,
    int Upstreams
);
