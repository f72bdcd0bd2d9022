using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>A draw in which each server has as many lots as its weight.</summary>
internal static class WeightedChance
{
    public static UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, Random random)
    {
        var total = 0.0;
        foreach (var candidate in candidates)
        {
            total += candidate.EffectiveWeight;
        }

        var drawn = random.NextDouble() * total;
        foreach (var candidate in candidates)
        {
            drawn -= candidate.EffectiveWeight;
            if (drawn < 0)
            {
                return candidate;
            }
        }

        return candidates[^1]; // weights of a slow start may have grown between the two sums
    }
}
