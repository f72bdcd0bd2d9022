using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Cluster.PostgreSql;
using Relay.Core.Cluster.View;
using Relay.Core.Database;
using Relay.Core.Upstreams;
using Relay.Tests.Cluster.View;
using Relay.Tests.Database;

namespace Relay.Tests.Cluster.PostgreSql;

/// <summary>A node of this process on a real database: its lease, its ear, its servers and its view, all at work.</summary>
internal sealed class DatabaseNode : IAsyncDisposable
{
    private static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(3);

    private readonly PostgreSqlDatabase _database;
    private readonly NodeLease _lease;
    private readonly DatabaseNotifications _notifications;

    private DatabaseNode(string connectionString, string name)
    {
        var time = TimeProvider.System;
        _database = Postgres.Open(connectionString);
        _lease = new NodeLease(
            _database,
            new NodeDescription(name, "1.2", "127.0.0.1:8025"),
            LeaseTime,
            time,
            NullLogger<NodeLease>.Instance
        );
        _notifications = new DatabaseNotifications(_database, time, NullLogger<DatabaseNotifications>.Instance);
        Store = new PostgreSqlViewStore(_database, _lease, _notifications, name, LeaseTime, time);
        Node = new ViewNode(Store, time, ViewNode.Options(("a", 1), ("b", 1)));
        View = new SharedView(Store, Node.Topology, Node.Meter, ViewNode.Log, time);
    }

    public PostgreSqlViewStore Store { get; }

    public ViewNode Node { get; }

    public SharedView View { get; }

    public UpstreamServer this[string name] => Node[name];

    public static async Task<DatabaseNode> StartAsync(string connectionString, string name)
    {
        var node = new DatabaseNode(connectionString, name);
        await node._database.StartAsync(CancellationToken.None);
        await node._lease.StartAsync(CancellationToken.None);
        await node._notifications.StartAsync(CancellationToken.None);
        await node.View.StartAsync(CancellationToken.None);
        await TestKit.Until.TrueAsync(() => !node.View.IsAway, $"{name} takes part");
        return node;
    }

    public async ValueTask DisposeAsync()
    {
        await View.StoppedAsync(CancellationToken.None);
        View.Dispose();
        await _notifications.DisposeAsync();
        await _lease.DisposeAsync();
        await _database.DisposeAsync();
        await Node.DisposeAsync();
    }
}
