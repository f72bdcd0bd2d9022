using System.Collections.Frozen;
using Relay.Core.Configuration;

namespace Relay.Core.Upstreams;

/// <summary>An immutable picture of the routes and groups of one configuration. Each message takes one and keeps to it.</summary>
/// <param name="Revision">Counts the configurations applied, from 1.</param>
/// <param name="Routes">In order; the first that matches decides.</param>
/// <param name="Groups">By name.</param>
internal sealed record RelayTopology(int Revision, IReadOnlyList<RouteOptions> Routes, FrozenDictionary<string, UpstreamGroup> Groups);
