using System.Net;

namespace Relay.Core.Configuration;

/// <summary>The server that a lookup has found, as its options carry it to where connections are made.</summary>
/// <param name="Upstream">The configured upstream that it came from: metrics count its members together, so that DNS does not decide how many series there are.</param>
/// <param name="TlsName">The name that its certificate must carry.</param>
/// <param name="Addresses">Tried one after the other.</param>
internal sealed record DiscoveredPeer(string Upstream, string TlsName, IReadOnlyList<IPAddress> Addresses);
