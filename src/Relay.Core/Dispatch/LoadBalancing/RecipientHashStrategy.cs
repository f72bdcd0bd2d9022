using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>By the domain of the first recipient, so that one server builds up connections and reputation with a domain; otherwise as IpHash. Upper and lower case are the same.</summary>
internal sealed class RecipientHashStrategy : ILoadBalancingStrategy
{
    public string Name => "RecipientHash";

    public bool IsForeseeable => true;

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message) =>
        RendezvousHash.PickByText(candidates, message.Envelope.Recipients[0].Path.Domain);
}
