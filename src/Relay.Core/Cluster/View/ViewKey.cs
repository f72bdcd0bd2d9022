namespace Relay.Core.Cluster.View;

/// <summary>Which row of the shared view.</summary>
/// <param name="Group">Name of the group, in lower case.</param>
/// <param name="Upstream">Name of the server, in lower case.</param>
/// <param name="Kind">What it tells.</param>
/// <param name="Node">Whose it is; 0 for what operators want, which is everybody's.</param>
internal readonly record struct ViewKey(string Group, string Upstream, ViewKind Kind, long Node)
{
    /// <summary>What operators want has one row for all nodes.</summary>
    public const long Everybody = 0;

    public static ViewKey Of(string group, string upstream, ViewKind kind, long node) =>
        new(group.ToLowerInvariant(), upstream.ToLowerInvariant(), kind, node);
}
