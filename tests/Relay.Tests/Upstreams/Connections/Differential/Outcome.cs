namespace Relay.Tests.Upstreams.Connections.Differential;

/// <summary>One conversation held in two ways.</summary>
internal sealed record Outcome(Conversation Conversation, IReadOnlyList<Observation> Expected, IReadOnlyList<Observation> Actual);
