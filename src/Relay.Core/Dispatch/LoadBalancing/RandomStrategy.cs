using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>By chance, in proportion to the weights. Needs no memory of what was picked before, and so works alike on many nodes.</summary>
/// <param name="random">Safe for use by many threads at once.</param>
internal sealed class RandomStrategy(Random random) : ILoadBalancingStrategy
{
    public string Name => "Random";

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message) => WeightedChance.Pick(candidates, random);
}
