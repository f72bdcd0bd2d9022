using System.Collections.Frozen;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams;

/// <summary>An immutable picture of the routes and groups of one configuration. Each message takes one and keeps to it.</summary>
/// <param name="Revision">Counts the configurations applied, from 1.</param>
/// <param name="Options">The configuration itself.</param>
/// <param name="Routes">In order; the first that matches decides.</param>
/// <param name="Groups">By name.</param>
internal sealed record RelayTopology(
    int Revision,
    RelayOptions Options,
    IReadOnlyList<RouteOptions> Routes,
    FrozenDictionary<string, UpstreamGroup> Groups
)
{
    /// <summary>The upstream of these names, in any case as in the configuration, with its group; null when there is none.</summary>
    public (UpstreamGroup Group, UpstreamServer Server)? Find(string group, string name) =>
        Groups.TryGetValue(group, out var found)
        && found.Members.FirstOrDefault(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase)) is { } server
            ? (found, server)
            : null;
}
