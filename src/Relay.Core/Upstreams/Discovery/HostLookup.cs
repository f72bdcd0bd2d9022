using System.Net;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>Finds the addresses of the hosts that MX or SRV records name.</summary>
/// <param name="queries">Asks.</param>
/// <param name="last">What was found the last time.</param>
/// <param name="most">Hosts that count; of more, those that are used first, then those whose names come first.</param>
internal sealed class HostLookup(DnsQueries queries, IReadOnlyList<DiscoveredTarget> last, int most)
{
    /// <summary>A host with more is known well enough by these.</summary>
    public const int AddressesPerHost = 16;

    /// <summary>Hosts whose addresses are asked for at once.</summary>
    private const int HostsAtOnce = 8;

    /// <summary>Enough for the log to tell what is wrong.</summary>
    private const int MostRemarks = 5;

    /// <param name="records">At least one of them names a host.</param>
    /// <param name="timeToLive">Of the records.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<DiscoveryFinding> FindAsync(
        IReadOnlyList<HostRecord> records,
        TimeSpan timeToLive,
        CancellationToken cancellationToken
    )
    {
        var named = records.Where(static record => record is { IsRoot: false, IsAddress: false }).DistinctBy(NameOf).ToList();
        var chosen = named
            .OrderBy(static record => record.Preference)
            .ThenBy(static record => record.Host, StringComparer.Ordinal)
            .ThenBy(static record => record.Port)
            .Take(most)
            .ToList();
        var found = chosen.Zip(await AddressesOfAsync(chosen, cancellationToken)).ToList();
        var targets = found.Where(static host => host.Second.Addresses.Count > 0).ToList();
        var remark = string.Join("; ", Remarks(records, named.Count, found).Take(MostRemarks));
        if (targets.Count == 0)
        {
            var isKnown = found.TrueForAll(static host => host.Second.Failure is null);
            return isKnown ? DiscoveryFinding.Missing(remark) : DiscoveryFinding.Failed(remark);
        }

        var shortest = targets.Select(static host => host.Second.TimeToLive).Append(timeToLive).Min();
        return DiscoveryFinding.Found([.. targets.Select(static host => TargetOf(host.First, host.Second))], shortest, remark);
    }

    /// <summary>What it was found to have the last time.</summary>
    public static IReadOnlyList<IPAddress> LastOf(IReadOnlyList<DiscoveredTarget> last, string host) =>
        last.FirstOrDefault(target => string.Equals(target.Host, host, StringComparison.Ordinal))?.Addresses ?? [];

    /// <summary>Empty when nothing is left out.</summary>
    public static string LeftOut(int count, int most) =>
        count > most ? $"{count} servers, of which {count - most} are left out (MaximumMembers)" : "";

    private static (string Host, int? Port) NameOf(HostRecord record) => (record.Host, record.Port);

    private static DiscoveredTarget TargetOf(HostRecord record, FoundAddresses found) =>
        new(record.Host, record.Port, record.Preference, record.Weight, [.. found.Addresses.Take(AddressesPerHost)]);

    private async Task<FoundAddresses[]> AddressesOfAsync(List<HostRecord> hosts, CancellationToken cancellationToken)
    {
        using var places = new SemaphoreSlim(HostsAtOnce);
        return await Task.WhenAll(hosts.Select(AddressesAsync).ToList());

        async Task<FoundAddresses> AddressesAsync(HostRecord record)
        {
            await places.WaitAsync(cancellationToken);
            try
            {
                return await AddressLookup.FindAsync(queries, record.Host, LastOf(last, record.Host), cancellationToken);
            }
            finally
            {
                places.Release();
            }
        }
    }

    private IEnumerable<string> Remarks(IReadOnlyList<HostRecord> records, int named, List<(HostRecord First, FoundAddresses Second)> found)
    {
        var remarks = records
            .Where(static record => record.IsAddress)
            .Select(static record => $"{record.Host} is an address, not a name")
            .Concat(found.Select(static host => host.Second.Failure).OfType<string>())
            .Concat(
                found
                    .Where(static host => host.Second is { Failure: null, Addresses.Count: 0 })
                    .Select(static host => $"{host.First.Host} has no address")
            )
            .Append(LeftOut(named, most));
        return remarks.Where(static remark => remark.Length > 0).Distinct(StringComparer.Ordinal);
    }
}
