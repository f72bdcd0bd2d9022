using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams.Discovery;

/// <summary>
/// Makes members of a configured upstream and what its name leads to. Each has the options of the upstream, and a name that says whose it is and where it is:
/// <c>pool-10-0-0-7</c>, <c>pool-mx1-example-com</c>. Pure.
/// </summary>
internal static class MemberExpansion
{
    private const int LastTier = 99;

    /// <param name="upstream">Name of the configured upstream.</param>
    /// <param name="options">Its options.</param>
    /// <param name="targets">What its name leads to.</param>
    /// <param name="taken">Names that others in the group have; those given here are added.</param>
    public static IReadOnlyList<KeyValuePair<string, UpstreamOptions>> Of(
        string upstream,
        UpstreamOptions options,
        IReadOnlyList<DiscoveredTarget> targets,
        ISet<string> taken
    )
    {
        List<KeyValuePair<string, UpstreamOptions>> members = [];
        if (options.Discover == UpstreamDiscovery.Dns)
        {
            foreach (var (host, address) in targets.SelectMany(target => target.Addresses.Select(address => (target.Host, address))))
            {
                Add(address.ToString(), OfAddress(upstream, options, host, address));
            }

            return members;
        }

        var preferences = targets.Select(static target => target.Preference).Distinct().Order().ToList();
        foreach (var target in targets)
        {
            var member = OfHost(upstream, options, target) with
            {
                Priority = Math.Min(LastTier, options.Tier + preferences.IndexOf(target.Preference)),
                Backup = false,
                Weight = WeightOf(target, targets, options.Weight),
            };
            Add(target.Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{target.Host}-{port}") : target.Host, member);
        }

        return members;

        void Add(string place, UpstreamOptions member) => members.Add(new(NameOf(upstream, place, taken), member));
    }

    /// <summary>The certificate is that of the name that was configured: it stands for all of its addresses.</summary>
    private static UpstreamOptions OfAddress(string upstream, UpstreamOptions options, string host, IPAddress address) =>
        options with
        {
            Address = new EndpointAddress(address.ToString(), PortOf(options), null).ToString(),
            Peer = new DiscoveredPeer(upstream, host, [address]),
        };

    /// <summary>The certificate is that of the host that the record names (RFC 5321 §5.1, RFC 6186 §4 leave no other to ask for).</summary>
    private static UpstreamOptions OfHost(string upstream, UpstreamOptions options, DiscoveredTarget target) =>
        options with
        {
            Address = new EndpointAddress(target.Host, target.Port ?? PortOf(options), null).ToString(),
            Peer = new DiscoveredPeer(upstream, target.Host, target.Addresses),
        };

    private static int PortOf(UpstreamOptions options) => Connections.NetworkConnectors.AddressOf(options).Port;

    /// <summary>Records that all weigh the same say nothing about shares: the configured weight stays. Others are scaled into the range that weights have here.</summary>
    private static int WeightOf(DiscoveredTarget target, IReadOnlyList<DiscoveredTarget> targets, int configured)
    {
        var heaviest = targets.Max(static other => other.Weight);
        if (targets.All(other => other.Weight == heaviest))
        {
            return configured;
        }

        var scale = Math.Min(1, (double)UpstreamServer.MostWeight / heaviest);
        return Math.Max(UpstreamServer.LeastWeight, (int)Math.Round(target.Weight * scale));
    }

    /// <summary>Two places may read alike once dots and colons are hyphens; the second one gets a mark of its own, which is the same each time.</summary>
    private static string NameOf(string upstream, string place, ISet<string> taken)
    {
        var plain = $"{upstream}-{string.Concat(place.Select(static character => char.IsAsciiLetterOrDigit(character) ? character : '-'))}";
        var name = plain;
        for (var attempt = 0; !taken.Add(name); attempt++)
        {
            var mark = SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{place} {attempt}")));
            name = $"{plain}-{Convert.ToHexStringLower(mark.AsSpan(0, 3))}";
        }

        return name;
    }
}
