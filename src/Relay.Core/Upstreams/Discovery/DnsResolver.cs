using System.Net;
using DnsClient;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>Looks servers up: the addresses of a name, or the hosts that its SRV or MX records name with the addresses of each.</summary>
internal sealed class DnsResolver(TimeProvider time) : IDiscoveryResolver
{
    /// <summary>Hosts of one answer whose addresses are asked for at once.</summary>
    private const int HostsAtOnce = 8;

    /// <summary>A host with more is known well enough by these.</summary>
    private const int AddressesPerHost = 16;

    public async Task<DiscoveryFinding> FindAsync(
        DiscoveryQuestion question,
        IReadOnlyList<DiscoveredTarget> last,
        DiscoveryOptions options,
        CancellationToken cancellationToken
    )
    {
        if (DnsQueries.For(options) is not { } queries)
        {
            return DiscoveryFinding.Failed("the system names no name server");
        }

        using var deadline = new CancellationTokenSource(options.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return question.Kind == UpstreamDiscovery.Dns
                ? await FindAddressesAsync(queries, question.Name, last, options.MaximumMembers, either.Token)
                : await FindHostsAsync(queries, question, last, options.MaximumMembers, either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DiscoveryFinding.Failed($"no answer within {options.Timeout:c}");
        }
    }

    private static async Task<DiscoveryFinding> FindAddressesAsync(
        DnsQueries queries,
        string name,
        IReadOnlyList<DiscoveredTarget> last,
        int most,
        CancellationToken cancellationToken
    )
    {
        var found = await AddressLookup.FindAsync(queries, name, LastOf(last, name), cancellationToken);
        if (found.Addresses.Count == 0)
        {
            return found.Failure is { } failure ? DiscoveryFinding.Failed(failure) : Nothing(found.Exists, "address");
        }

        var target = new DiscoveredTarget(name, null, 0, 0, [.. found.Addresses.Take(most)]);
        return DiscoveryFinding.Found([target], found.TimeToLive, LeftOut(found.Addresses.Count, most));
    }

    private static async Task<DiscoveryFinding> FindHostsAsync(
        DnsQueries queries,
        DiscoveryQuestion question,
        IReadOnlyList<DiscoveredTarget> last,
        int most,
        CancellationToken cancellationToken
    )
    {
        var type = question.Kind == UpstreamDiscovery.Srv ? QueryType.SRV : QueryType.MX;
        var reply = await queries.AskAsync(question.Name, type, cancellationToken);
        if (reply.Failure is { } failure)
        {
            return DiscoveryFinding.Failed(failure);
        }

        var records = reply.Records.Select(HostRecord.Of).OfType<HostRecord>().ToList();
        if (records.Count == 0)
        {
            // A name without MX is its own exchange (RFC 5321 §5.1).
            return reply.Exists && type == QueryType.MX
                ? await FindAddressesAsync(queries, question.Name, last, AddressesPerHost, cancellationToken)
                : Nothing(reply.Exists, $"{type} record");
        }

        if (records.TrueForAll(static record => record.IsRoot))
        {
            return DiscoveryFinding.Declined($"its {type} record says that it has no such service", reply.TimeToLive);
        }

        return await WithAddressesAsync(queries, records, reply.TimeToLive, last, most, cancellationToken);
    }

    private static async Task<DiscoveryFinding> WithAddressesAsync(
        DnsQueries queries,
        List<HostRecord> records,
        TimeSpan timeToLive,
        IReadOnlyList<DiscoveredTarget> last,
        int most,
        CancellationToken cancellationToken
    )
    {
        var named = records.Where(static record => !record.IsRoot && !record.IsAddress).DistinctBy(r => (r.Host, r.Port)).ToList();
        var asked = named
            .OrderBy(static record => record.Preference)
            .ThenBy(static record => record.Host, StringComparer.Ordinal)
            .ThenBy(static record => record.Port)
            .Take(most)
            .ToList();
        using var places = new SemaphoreSlim(HostsAtOnce);
        var found = await Task.WhenAll(asked.Select(FindAsync).ToList());
        var targets = asked.Zip(found, TargetOf).Where(static target => target.Addresses.Count > 0).ToList();
        List<string> remarks =
        [
            .. records.Where(static record => record.IsAddress).Select(static record => $"{record.Host} is an address, not a name"),
            .. found.Select(static addresses => addresses.Failure).OfType<string>().Distinct(StringComparer.Ordinal),
            .. asked
                .Zip(found)
                .Where(pair => pair.Second is { Failure: null, Addresses.Count: 0 })
                .Select(pair => $"{pair.First.Host} has no address"),
        ];
        if (LeftOut(named.Count, most) is { Length: > 0 } leftOut)
        {
            remarks.Add(leftOut);
        }

        var remark = string.Join("; ", remarks.Take(5));
        var shortest = found
            .Where(static addresses => addresses.Addresses.Count > 0)
            .Select(static addresses => addresses.TimeToLive)
            .Append(timeToLive)
            .Min();
        return targets.Count > 0 ? DiscoveryFinding.Found(targets, shortest, remark)
            : found.Any(static addresses => addresses.Failure is not null) ? DiscoveryFinding.Failed(remark)
            : DiscoveryFinding.Missing(remark);

        async Task<FoundAddresses> FindAsync(HostRecord record)
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

    private static DiscoveredTarget TargetOf(HostRecord record, FoundAddresses found) =>
        new(record.Host, record.Port, record.Preference, record.Weight, [.. found.Addresses.Take(AddressesPerHost)]);

    private static IReadOnlyList<IPAddress> LastOf(IReadOnlyList<DiscoveredTarget> last, string host) =>
        last.FirstOrDefault(target => string.Equals(target.Host, host, StringComparison.Ordinal))?.Addresses ?? [];

    private static DiscoveryFinding Nothing(bool exists, string records) =>
        DiscoveryFinding.Missing(exists ? $"the name has no {records}" : "there is no such name");

    private static string LeftOut(int count, int most) =>
        count > most ? $"{count} servers, of which {count - most} are left out (MaximumMembers)" : "";
}
