namespace Relay.Core.Upstreams.Health;

/// <summary>Another relay that shares its view with this one.</summary>
/// <param name="Id">New with each start of its process.</param>
/// <param name="Name">For people.</param>
internal sealed record PeerNode(long Id, string Name);
