namespace Relay.Benchmarks.Wan;

/// <summary>What <c>wan</c> was asked for.</summary>
/// <param name="Peers">Names, in the order of the table.</param>
/// <param name="Runs">Rounds; in each every peer is measured once before each kind of upstream.</param>
/// <param name="Messages">Of a run.</param>
/// <param name="Sessions">How many at once.</param>
/// <param name="RoundTrip">To the upstream and back.</param>
/// <param name="Relay">The assembly to run.</param>
internal sealed record WanOptions(IReadOnlyList<string> Peers, int Runs, int Messages, int Sessions, TimeSpan RoundTrip, string Relay);
