using System.Buffers;
using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>Fewest deliveries in flight for its weight; ties in turn, by weight. In flight, not open connections: an idle one is no load.</summary>
internal sealed class LeastConnectionsStrategy : ILoadBalancingStrategy
{
    private readonly SmoothWeights _turns = new();

    public string Name => "LeastConnections";

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message)
    {
        var tied = ArrayPool<UpstreamServer>.Shared.Rent(candidates.Length);
        try
        {
            var count = Least(candidates, tied);
            return count == 1 ? tied[0] : _turns.Next(tied.AsSpan(0, count));
        }
        finally
        {
            ArrayPool<UpstreamServer>.Shared.Return(tied, clearArray: true);
        }
    }

    private static int Least(ReadOnlySpan<UpstreamServer> candidates, UpstreamServer[] tied)
    {
        var least = double.MaxValue;
        var count = 0;
        foreach (var candidate in candidates)
        {
            var load = candidate.Load.InFlight / candidate.EffectiveWeight;
            if (load < least)
            {
                least = load;
                count = 0;
            }

            if (load <= least)
            {
                tied[count++] = candidate;
            }
        }

        return count;
    }
}
