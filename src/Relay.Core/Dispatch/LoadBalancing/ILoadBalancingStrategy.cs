using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>
/// How a group chooses among those of its members that are in service and have room. One instance a group, used by many threads at once;
/// a short lock of its own is fine. No I/O, no clock, no chance that is not injected.
/// </summary>
internal interface ILoadBalancingStrategy
{
    /// <summary>The name configurations use.</summary>
    string Name { get; }

    /// <summary>Whether the choice follows from candidates and message alone, so that it can be told beforehand.</summary>
    bool IsForeseeable => false;

    /// <summary>Picks one of <paramref name="candidates"/>, which are never empty and stand in the order of tiers, then of names.</summary>
    UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message);
}
