using System.Net;

namespace Relay.Core.Reception.Proxies;

/// <summary>Who a connection comes from.</summary>
/// <param name="Address">IPv4-mapped addresses as IPv4; null for a unix socket or a client within the process.</param>
/// <param name="HasRights">Whether the address may do what its networks may; false when a balancer did not say who the client is.</param>
internal readonly record struct PeerIdentity(IPAddress? Address, bool HasRights = true);
