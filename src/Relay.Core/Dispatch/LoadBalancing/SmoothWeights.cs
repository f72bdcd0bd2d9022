using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>
/// Turns by weight, spread as evenly as they can be: with weights 5, 1, 1 the order is a a b a c a a, not a a a a a b c. The idea of nginx's
/// smooth weighted round robin: each turn every candidate gains its weight, the richest is picked and pays what all gained together.
/// </summary>
internal sealed class SmoothWeights
{
    private readonly Lock _lock = new();

    public UpstreamServer Next(ReadOnlySpan<UpstreamServer> candidates)
    {
        if (candidates.Length == 1)
        {
            return candidates[0]; // alone it would gain what it pays
        }

        lock (_lock)
        {
            var total = 0.0;
            foreach (var candidate in candidates)
            {
                total += candidate.EffectiveWeight;
            }

            var richest = candidates[0];
            foreach (var candidate in candidates)
            {
                // Nobody gains or owes more than one round. Who does has it from weights that hold no more, and would live on it for long.
                var credit = Math.Clamp(candidate.CurrentWeight, -total, total);
                candidate.CurrentWeight = credit + candidate.EffectiveWeight;
                if (candidate.CurrentWeight > richest.CurrentWeight)
                {
                    richest = candidate;
                }
            }

            richest.CurrentWeight -= total;
            return richest;
        }
    }
}
