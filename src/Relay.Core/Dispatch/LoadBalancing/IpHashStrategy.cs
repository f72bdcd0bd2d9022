using Relay.Core.Messages;
using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>By the client's address, so that a client stays with its server. Clients without an address (unix sockets) count as one.</summary>
internal sealed class IpHashStrategy : ILoadBalancingStrategy
{
    private const int LongestAddress = 16;

    public string Name => "IpHash";

    public bool IsForeseeable => true;

    public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message)
    {
        Span<byte> address = stackalloc byte[LongestAddress];
        var length = 0;
        message.Origin.Client?.TryWriteBytes(address, out length);
        return RendezvousHash.Pick(candidates, address[..length]);
    }
}
