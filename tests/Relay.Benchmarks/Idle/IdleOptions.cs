namespace Relay.Benchmarks.Idle;

/// <summary>What <c>idle</c> was asked for.</summary>
/// <param name="Peers">Names, in the order of the table.</param>
/// <param name="Runs">Rounds; each with a process of its own, since memory that was taken once stays.</param>
/// <param name="Connections">How many.</param>
/// <param name="Relay">The assembly to run.</param>
internal sealed record IdleOptions(IReadOnlyList<string> Peers, int Runs, int Connections, string Relay);
