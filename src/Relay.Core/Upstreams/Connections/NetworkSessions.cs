using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Timing;
using Relay.Core.Upstreams.Connections.OAuth2;

namespace Relay.Core.Upstreams.Connections;

/// <summary>Sessions to servers over the network, for commands that have no relay around them.</summary>
internal sealed class NetworkSessions : IDisposable
{
    private readonly string _hostName;
    private readonly Heartbeat _heartbeat;
    private readonly TimeProvider _time;
    private readonly TokenEndpointClient _endpoint;
    private readonly OAuth2Tokens _tokens;

    public NetworkSessions(string hostName, Heartbeat heartbeat, TimeProvider time)
    {
        (_hostName, _heartbeat, _time) = (hostName, heartbeat, time);
        _endpoint = new TokenEndpointClient(time);
        _tokens = new OAuth2Tokens(_endpoint, time, NullLogger<OAuth2TokenSource>.Instance);
    }

    public IUpstreamSessionFactory To(UpstreamOptions options) =>
        new UpstreamSessionFactory(() => options, NetworkConnectors.Create, _hostName, _heartbeat, _time, login: new TokenLogin(_tokens));

    public void Dispose() => _endpoint.Dispose();
}
