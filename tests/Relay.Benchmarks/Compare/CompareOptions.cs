using Relay.Benchmarks.Options;
using Relay.Benchmarks.Peers;

namespace Relay.Benchmarks.Compare;

/// <summary>What <c>compare</c> was asked for.</summary>
/// <param name="Peers">In the order of the table.</param>
/// <param name="Cases">One after the other.</param>
/// <param name="Runs">Rounds; in each every peer is measured once.</param>
/// <param name="Times">How much load.</param>
/// <param name="Upstreams">Sinks behind those who balance.</param>
internal sealed record CompareOptions(IReadOnlyList<IPeer> Peers, IReadOnlyList<Case> Cases, int Runs, LoadTimes Times, int Upstreams);
