using System.Net;
using DnsClient;
using DnsClient.Protocol;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>Single queries to the name servers of the configuration, or else of the system.</summary>
internal sealed class DnsQueries
{
    private const int DnsPort = 53;

    private readonly LookupClient _client;

    private DnsQueries(LookupClient client) => _client = client;

    /// <summary>Null when there is no server to ask. The system's are read anew each time: they change while a process runs.</summary>
    public static DnsQueries? For(DiscoveryOptions options)
    {
        NameServer[] servers = [.. options.DnsServers.Count > 0 ? options.DnsServers.Select(Read) : OfTheSystem()];
        return servers.Length == 0
            ? null
            : new DnsQueries(
                new LookupClient(
                    new LookupClientOptions(servers)
                    {
                        UseCache = false, // the times between lookups are kept by whoever asks
                        Timeout = options.Timeout / 2, // leaves time for a second try, or a second server
                        Retries = 1,
                        ContinueOnEmptyResponse = false,
                    }
                )
            );
    }

    /// <summary>The records of that type, those of an alias on the way included.</summary>
    public async Task<DnsReply> AskAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        try
        {
            // With the final dot: a name of the configuration is never taken for the beginning of a longer one.
            var response = await _client.QueryAsync(name + ".", type, QueryClass.IN, cancellationToken).WaitAsync(cancellationToken);
            return response.Header.ResponseCode switch
            {
                DnsHeaderResponseCode.NoError => new DnsReply(response.Answers, Exists: true, null),
                DnsHeaderResponseCode.NotExistentDomain => new DnsReply([], Exists: false, null),
                var code => new DnsReply([], Exists: false, $"{name}: {code}"),
            };
        }
        catch (DnsResponseException failure)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return new DnsReply([], Exists: false, $"{name}: {failure.Message}");
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            return new DnsReply([], Exists: false, $"{name}: {failure.Message}");
        }
    }

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
