using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>
/// By the load that Relay sees: of two servers drawn by chance the one where the message should be done sooner. Two draws are enough to avoid the worst, and, unlike a
/// search for the best, they do not send everybody to the same server at once (Mitzenmacher, the power of two choices).
/// </summary>
/// <remarks>
/// Expected cost = (in flight + 1) × peak-sensitive average of the reply time ÷ weight. Refusals and failures count as slow in that average, however fast they come
/// (<see cref="UpstreamLoad"/>): a server must not attract mail by them.
/// </remarks>
/// <param name="random">Safe for use by many threads at once.</param>
internal sealed class AdaptiveStrategy(Random random) : ILoadBalancingStrategy
{
    /// <summary>In milliseconds: below it servers are alike, and one without a sample is not taken to be infinitely fast.</summary>
    private const double LeastReplyTime = 1;

    public string Name => "Adaptive";

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message)
    {
        if (candidates.Length == 1)
        {
            return candidates[0];
        }

        var first = random.Next(candidates.Length);
        var second = random.Next(candidates.Length - 1);
        second += second >= first ? 1 : 0;
        return Cost(candidates[second]) < Cost(candidates[first]) ? candidates[second] : candidates[first];
    }

    private static double Cost(UpstreamServer server)
    {
        var replyTime = Math.Max(server.ReplyTimeMs, LeastReplyTime);
        return (server.Load.InFlight + 1) * replyTime / server.EffectiveWeight;
    }
}
