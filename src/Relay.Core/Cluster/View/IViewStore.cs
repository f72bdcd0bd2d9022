using Relay.Core.Upstreams.Health;

namespace Relay.Core.Cluster.View;

/// <summary>Where nodes leave what they see and want for each other. Every call ends within seconds.</summary>
internal interface IViewStore
{
    /// <summary>This node; null while it takes no part: before its first lease, and when that is lost.</summary>
    PeerNode? Self { get; }

    /// <summary>Somebody has told something: worth a look at once. May be raised on any thread, and too often.</summary>
    event Action? Told;

    /// <summary>Tells the other nodes, all of it or nothing.</summary>
    /// <exception cref="ViewAwayException">Nobody can be told now.</exception>
    Task PublishAsync(IReadOnlyList<ViewChange> changes, CancellationToken cancellationToken);

    /// <summary>Rows that were changed after a version, in the order of their versions; withdrawn ones too.</summary>
    /// <exception cref="ViewAwayException">Nothing can be read now.</exception>
    Task<IReadOnlyList<ViewRow>> ReadAsync(long after, CancellationToken cancellationToken);

    /// <summary>Leaves the figures of this node, and reads those of all that live, this one among them.</summary>
    /// <exception cref="ViewAwayException">Nothing can be read now.</exception>
    Task<IReadOnlyList<ClusterNode>> BeatAsync(NodeFigures figures, CancellationToken cancellationToken);
}
