using System.Collections.Concurrent;

namespace Relay.Core.Spool.PostgreSql;

/// <summary>
/// The leases that somebody in this process works under. What the database holds for this node beside them was lost on the way, when a connection broke; and
/// when the node was taken for dead, all of them are.
/// </summary>
internal sealed class HeldLeases
{
    private readonly ConcurrentDictionary<long, long> _generations = new();

    public void Add(SpoolLease lease) => _generations[lease.Delivery.Row] = lease.Generation;

    public void Remove(SpoolLease lease) => _generations.TryRemove(KeyValuePair.Create(lease.Delivery.Row, lease.Generation));

    public bool Contains(SpoolLease lease) =>
        _generations.TryGetValue(lease.Delivery.Row, out var generation) && generation == lease.Generation;

    public void Clear() => _generations.Clear();

    public long[] Rows => [.. _generations.Keys];
}
