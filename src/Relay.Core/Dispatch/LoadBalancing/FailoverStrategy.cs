using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>Strict order: the first by name within the tier, the next only while the first cannot take the message.</summary>
internal sealed class FailoverStrategy : ILoadBalancingStrategy
{
    public string Name => "Failover";

    public bool IsForeseeable => true;

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message) => candidates[0];
}
