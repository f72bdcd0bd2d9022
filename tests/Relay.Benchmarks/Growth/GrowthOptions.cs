using Relay.Benchmarks.Options;

namespace Relay.Benchmarks.Growth;

/// <summary>What <c>growth</c> was asked for.</summary>
/// <param name="Points">The base first.</param>
/// <param name="Runs">Rounds; in each every point is measured once.</param>
/// <param name="Times">How much load.</param>
/// <param name="Relay">The assembly to run.</param>
internal sealed record GrowthOptions(IReadOnlyList<GrowthPoint> Points, int Runs, LoadTimes Times, string Relay);
