namespace Relay.Core.Upstreams.Health;

/// <summary>Another node has ejected a server.</summary>
/// <param name="By">The node.</param>
/// <param name="Cause">What the node has seen.</param>
/// <param name="Reason">The same for people.</param>
/// <param name="Left">How long that is to last from now.</param>
/// <param name="InARow">The node's count of ejections that followed one another soon.</param>
internal sealed record PeerEjection(PeerNode By, EjectionCause Cause, string Reason, TimeSpan Left, int InARow);
