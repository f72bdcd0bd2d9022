using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>Finds the addresses of a host, IPv4 and IPv6.</summary>
internal static class AddressLookup
{
    /// <param name="queries">Asks.</param>
    /// <param name="host">The name.</param>
    /// <param name="last">Its addresses as they were: those of a family that nobody told of now are kept.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public static async Task<FoundAddresses> FindAsync(
        DnsQueries queries,
        string host,
        IReadOnlyList<IPAddress> last,
        CancellationToken cancellationToken
    )
    {
        var asking = (queries.AskAsync(host, QueryType.A, cancellationToken), queries.AskAsync(host, QueryType.AAAA, cancellationToken));
        var (v4, v6) = (await asking.Item1, await asking.Item2);
        var addresses = AddressesOf(v4, last, AddressFamily.InterNetwork)
            .Concat(AddressesOf(v6, last, AddressFamily.InterNetworkV6))
            .Distinct()
            .OrderBy(static address => address.AddressFamily)
            .ThenBy(static address => Convert.ToHexString(address.GetAddressBytes()), StringComparer.Ordinal)
            .ToList();
        var failure = v4.Failure ?? v6.Failure;
        return new FoundAddresses(addresses, failure is null ? Shorter(v4, v6) : TimeSpan.Zero, v4.Exists || v6.Exists, failure);
    }

    private static IEnumerable<IPAddress> AddressesOf(DnsReply reply, IReadOnlyList<IPAddress> last, AddressFamily family) =>
        reply.Failure is null
            ? reply.Records.OfType<AddressRecord>().Select(static record => Unmap(record.Address))
            : last.Where(address => address.AddressFamily == family);

    private static IPAddress Unmap(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;

    private static TimeSpan Shorter(DnsReply v4, DnsReply v6) =>
        v4.Records.Count == 0 ? v6.TimeToLive
        : v6.Records.Count == 0 || v4.TimeToLive < v6.TimeToLive ? v4.TimeToLive
        : v6.TimeToLive;
}

/// <summary>The addresses of a host.</summary>
/// <param name="Addresses">Each once, in ascending order.</param>
/// <param name="TimeToLive">How long they may be believed; zero when a part of them is that of the last time.</param>
/// <param name="Exists">Whether there is such a name.</param>
/// <param name="Failure">Why not all of them are known; null when they are.</param>
internal readonly record struct FoundAddresses(IReadOnlyList<IPAddress> Addresses, TimeSpan TimeToLive, bool Exists, string? Failure);
