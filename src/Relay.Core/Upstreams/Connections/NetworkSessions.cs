using Relay.Core.Configuration;
using Relay.Core.Timing;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Sessions to servers over the network, for commands that have no relay around them.</summary>
internal sealed class NetworkSessions(string hostName, Heartbeat heartbeat, TimeProvider time)
{
    public IUpstreamSessionFactory To(UpstreamOptions options) =>
        new UpstreamSessionFactory(() => options, NetworkConnectors.Create, hostName, heartbeat, time);
}
