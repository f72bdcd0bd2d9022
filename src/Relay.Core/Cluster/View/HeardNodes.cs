namespace Relay.Core.Cluster.View;

/// <summary>All nodes that live, as the database told of them.</summary>
/// <param name="Nodes">The times in them are those of when it told.</param>
/// <param name="Age">Since it told: a moment, or as long as the database has been away.</param>
internal readonly record struct HeardNodes(IReadOnlyList<ClusterNode> Nodes, TimeSpan Age);
