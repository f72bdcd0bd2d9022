using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>In turn, smoothly by weight.</summary>
internal sealed class RoundRobinStrategy : ILoadBalancingStrategy
{
    private readonly SmoothWeights _turns = new();

    public string Name => "RoundRobin";

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message) => _turns.Next(candidates);
}
