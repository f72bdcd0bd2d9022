using System.Net;
using System.Net.Sockets;
using DnsClient;
using DnsClient.Protocol;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>Single queries to the name servers of the configuration, or else of the system.</summary>
internal sealed class DnsQueries
{
    private const int DnsPort = 53;

    private readonly LookupClient _client;
    private readonly string _servers;
    private readonly TimeSpan _timeout;

    private DnsQueries(NameServer[] servers, TimeSpan timeout)
    {
        _servers = NamesOf(servers);
        _timeout = timeout;
        _client = new LookupClient(
            new LookupClientOptions(servers)
            {
                UseCache = false, // the times between lookups are kept by whoever asks
                Timeout = timeout / 2, // leaves time for a second try, or a second server
                Retries = 1,
                ContinueOnEmptyResponse = false,
            }
        );
    }

    /// <summary>Null when there is no server to ask. The system's are read anew each time: they change while a process runs.</summary>
    /// <param name="options">Whom to ask.</param>
    /// <param name="last">Given back if it asks the same servers: it may keep connections to them.</param>
    public static DnsQueries? For(DiscoveryOptions options, DnsQueries? last)
    {
        NameServer[] servers = [.. options.DnsServers.Count > 0 ? options.DnsServers.Select(Read) : OfTheSystem()];
        return servers.Length == 0 ? null
            : last is not null
            && last._timeout == options.Timeout
            && string.Equals(last._servers, NamesOf(servers), StringComparison.Ordinal)
                ? last
            : new DnsQueries(servers, options.Timeout);
    }

    /// <summary>The records of that type, those of an alias on the way included.</summary>
    public async Task<DnsReply> AskAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        // With the final dot: a name of the configuration is never taken for the beginning of a longer one.
        var query = _client.QueryAsync(name + ".", type, QueryClass.IN, cancellationToken);
        try
        {
            var response = await query.WaitAsync(cancellationToken);
            return response.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError => new DnsReply(response.Answers, Exists: true, null),
                DnsHeaderResponseCode.NotExistentDomain => new DnsReply([], Exists: false, null),
                var code => new DnsReply([], Exists: false, $"{name}: {code}"),
            };
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            _ = ForgetAsync(query);
            cancellationToken.ThrowIfCancellationRequested();
            return new DnsReply([], Exists: false, $"{name}: {(failure.InnerException ?? failure).Message}");
        }
    }

    /// <summary>A query that nobody waits for any more may still fail; what it would tell has been told.</summary>
    private static async Task ForgetAsync(Task<IDnsQueryResponse> query)
    {
        try
        {
            await query;
        }
        catch (Exception failure) when (IsExpected(failure))
        {
            return;
        }
    }

    private static bool IsExpected(Exception failure) =>
        failure is DnsResponseException or IOException or SocketException or OperationCanceledException or ObjectDisposedException;

    private static string NamesOf(NameServer[] servers) =>
        string.Join(' ', servers.Select(static server => $"{server.Address}:{server.Port}"));

    private static NameServer Read(string text) =>
        EndpointAddress.TryParse(text, DnsPort, out var address)
            ? new NameServer(IPAddress.Parse(address.Host), address.Port)
            : throw new ArgumentException($"'{text}' is not the address of a name server.", nameof(text));

    /// <summary>Never a public one in their place: what a company's names lead to is not told to strangers.</summary>
    private static IReadOnlyCollection<NameServer> OfTheSystem() =>
        NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false);
}

/// <summary>What one query came to.</summary>
/// <param name="Records">The answers.</param>
/// <param name="Exists">Whether there is such a name.</param>
/// <param name="Failure">Why nobody knows; null when somebody told.</param>
internal readonly record struct DnsReply(IReadOnlyList<DnsResourceRecord> Records, bool Exists, string? Failure)
{
    /// <summary>The shortest of all records, those of aliases too.</summary>
    public TimeSpan TimeToLive => TimeSpan.FromSeconds(Records.Count == 0 ? 0 : Records.Min(static record => record.InitialTimeToLive));
}
