using System.Net;
using DnsClient.Protocol;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>What an MX or SRV record says, before the addresses of its host are known.</summary>
/// <param name="Host">In lower case, without the final dot; empty for the root, by which a name says that it has no such service.</param>
/// <param name="Port">Of an SRV record.</param>
/// <param name="Preference">Lower is used first.</param>
/// <param name="Weight">Of an SRV record.</param>
internal sealed record HostRecord(string Host, int? Port, int Preference, int Weight)
{
    public bool IsRoot => Host.Length == 0;

    /// <summary>An address where a name belongs (RFC 1035 §3.3.9): a common mistake, which no resolver mends.</summary>
    public bool IsAddress => IPAddress.TryParse(Host, out _);

    /// <summary>Null for a record of another type, for instance an alias on the way.</summary>
    public static HostRecord? Of(DnsResourceRecord record) =>
        record switch
        {
            SrvRecord srv => new(DiscoveryQuestion.Plain(srv.Target.Value), srv.Port, srv.Priority, srv.Weight),
            MxRecord mx => new(DiscoveryQuestion.Plain(mx.Exchange.Value), null, mx.Preference, 0),
            _ => null,
        };
}
