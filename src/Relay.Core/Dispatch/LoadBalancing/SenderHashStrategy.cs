using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>By the sender's address, so that a sender's mail keeps its order and its server's reputation; otherwise as IpHash. Upper and lower case are the same.</summary>
internal sealed class SenderHashStrategy : ILoadBalancingStrategy
{
    public string Name => "SenderHash";

    public bool IsForeseeable => true;

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message) =>
        RendezvousHash.PickByText(candidates, message.Envelope.Sender.Mailbox);
}
