namespace Relay.Simulation.Day;

/// <summary>So many messages, spread by chance over this time.</summary>
internal sealed record Burst(TimeSpan From, TimeSpan Until, int Messages);
