using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>What is asked of DNS for an upstream. Upstreams that ask the same share the answer.</summary>
/// <param name="Kind">Which records.</param>
/// <param name="Name">In lower case, without the final dot.</param>
internal sealed record DiscoveryQuestion(UpstreamDiscovery Kind, string Name)
{
    /// <summary>Null for an upstream whose address is that of one server.</summary>
    public static DiscoveryQuestion? Of(UpstreamOptions options) =>
        options.Discover != UpstreamDiscovery.None && EndpointAddress.TryParse(options.Address, defaultPort: 25, out var address)
            ? new DiscoveryQuestion(options.Discover, Plain(address.Host))
            : null;

    /// <summary>All that the upstreams of a configuration ask.</summary>
    public static IReadOnlySet<DiscoveryQuestion> All(RelayOptions options) =>
        options.Groups.Values.SelectMany(group => group.Upstreams.Values).Select(Of).OfType<DiscoveryQuestion>().ToHashSet();

    /// <summary>Names of DNS are compared without regard to case, and are absolute here (RFC 4343).</summary>
    public static string Plain(string name) => name.TrimEnd('.').ToLowerInvariant();

    public override string ToString() => $"{Name} ({Kind})";
}
