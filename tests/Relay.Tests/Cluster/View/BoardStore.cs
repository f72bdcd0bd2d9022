using Relay.Core.Cluster.View;
using Relay.Core.Upstreams.Health;

namespace Relay.Tests.Cluster.View;

/// <summary>A node's way to the <see cref="ViewBoard"/>.</summary>
internal sealed class BoardStore(ViewBoard board, PeerNode self) : IViewStore
{
    public PeerNode? Self { get; set; } = self;

    public event Action? Told
    {
        add => board.Told += value;
        remove => board.Told -= value;
    }

    public Task PublishAsync(IReadOnlyList<ViewChange> changes, CancellationToken cancellationToken)
    {
        board.Publish(changes);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<ViewRow>> ReadAsync(long after, CancellationToken cancellationToken) => Task.FromResult(board.Read(after));

    public Task<IReadOnlyList<ClusterNode>> BeatAsync(NodeFigures figures, CancellationToken cancellationToken) =>
        Task.FromResult(board.Beat(Self!.Id, figures));
}
