using DnsClient;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>Looks servers up: the addresses of a name, or the hosts that its SRV or MX records name with the addresses of each.</summary>
internal sealed class DnsResolver(TimeProvider time) : IDiscoveryResolver
{
    private volatile DnsQueries? _queries;

    public async Task<DiscoveryFinding> FindAsync(
        DiscoveryQuestion question,
        IReadOnlyList<DiscoveredTarget> last,
        DiscoveryOptions options,
        CancellationToken cancellationToken
    )
    {
        var queries = _queries = DnsQueries.For(options, _queries);
        if (queries is null)
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
        var found = await AddressLookup.FindAsync(queries, name, HostLookup.LastOf(last, name), cancellationToken);
        if (found.Addresses.Count == 0)
        {
            return found.Failure is { } failure ? DiscoveryFinding.Failed(failure) : Nothing(found.Exists, "address");
        }

        var target = new DiscoveredTarget(name, null, 0, 0, [.. found.Addresses.Take(most)]);
        return DiscoveryFinding.Found([target], found.TimeToLive, found.Failure ?? HostLookup.LeftOut(found.Addresses.Count, most));
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
                ? await FindAddressesAsync(queries, question.Name, last, HostLookup.AddressesPerHost, cancellationToken)
                : Nothing(reply.Exists, $"{type} record");
        }

        if (records.TrueForAll(static record => record.IsRoot))
        {
            return DiscoveryFinding.Declined($"its {type} record says that it has no such service", reply.TimeToLive);
        }

        return await new HostLookup(queries, last, most).FindAsync(records, reply.TimeToLive, cancellationToken);
    }

    private static DiscoveryFinding Nothing(bool exists, string records) =>
        DiscoveryFinding.Missing(exists ? $"the name has no {records}" : "there is no such name");
}
