using Relay.Core.Upstreams;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>
/// Weighted rendezvous hashing: each server draws a number from the key and its own name, and the highest wins. A server that leaves moves
/// only its own keys, one that comes takes its share from all alike, and no table has to be kept. The draw −weight ÷ ln(hash) gives
/// each server a share in proportion to its weight.
/// </summary>
internal static class RendezvousHash
{
    private const ulong FnvOffset = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    public static UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReadOnlySpan<byte> key) =>
        PickByHash(candidates, Hash(FnvOffset, key));

    /// <summary>The same for a text, upper and lower case alike.</summary>
    public static UpstreamServer PickByText(ReadOnlySpan<UpstreamServer> candidates, ReadOnlySpan<char> key)
    {
        var hash = FnvOffset;
        foreach (var character in key)
        {
            hash = (hash ^ char.ToLowerInvariant(character)) * FnvPrime;
        }

        return PickByHash(candidates, hash);
    }

    private static UpstreamServer PickByHash(ReadOnlySpan<UpstreamServer> candidates, ulong keyHash)
    {
        var best = candidates[0];
        var highest = double.NegativeInfinity;
        foreach (var candidate in candidates)
        {
            // The whole weight, not that of a slow start: clients would wander while it grows.
            var draw = -candidate.SteadyWeight / Math.Log(Unit(Hash(keyHash, candidate.Name)));
            if (draw > highest)
            {
                highest = draw;
                best = candidate;
            }
        }

        return best;
    }

    private static ulong Hash(ulong hash, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
        {
            hash = (hash ^ value) * FnvPrime;
        }

        return hash;
    }

    private static ulong Hash(ulong hash, string name)
    {
        foreach (var character in name)
        {
            hash = (hash ^ character) * FnvPrime;
        }

        return hash;
    }

    /// <summary>Spreads the bits (FNV's last byte reaches few of them) and maps them to a number between 0 and 1, neither included.</summary>
    private static double Unit(ulong hash)
    {
        hash = (hash ^ (hash >> 33)) * 0xFF51AFD7ED558CCD;
        hash = (hash ^ (hash >> 33)) * 0xC4CEB9FE1A85EC53;
        hash ^= hash >> 33;
        return ((hash >> 11) + 0.5) / (1UL << 53);
    }
}
