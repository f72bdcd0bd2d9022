using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Database;
using Relay.Core.Messages;
using Relay.Core.Spool;
using Relay.Core.Spool.PostgreSql;
using Relay.Tests.Database;

namespace Relay.Tests.Spool.PostgreSql;

/// <summary>A node as far as its spool goes: a database, a lease that is renewed, and the spool.</summary>
internal sealed class PostgreSqlNode : IAsyncDisposable
{
    private int _isDisposed;

    private PostgreSqlNode(string connectionString, RelayOptions options, TimeProvider time)
    {
        Database = Postgres.Open(connectionString + ";Maximum Pool Size=6");
        Lease = new NodeLease(
            Database,
            new NodeDescription("test", "1", "127.0.0.1:1"),
            options.Cluster.LeaseTime,
            TimeProvider.System,
            NullLogger<NodeLease>.Instance
        );
        Notifications = new DatabaseNotifications(Database, TimeProvider.System, NullLogger<DatabaseNotifications>.Instance);
        var storage = new BodyStorage(long.MaxValue, Path.GetTempPath(), time);
        Spool = new PostgreSqlSpool(Database, Lease, Notifications, options, storage, time, NullLogger<PostgreSqlSpool>.Instance);
    }

    public PostgreSqlDatabase Database { get; }

    public NodeLease Lease { get; }

    public DatabaseNotifications Notifications { get; }

    public PostgreSqlSpool Spool { get; }

    /// <summary>Returns when the node is registered, unless the database is away.</summary>
    public static async Task<PostgreSqlNode> StartAsync(
        string connectionString,
        TimeProvider time,
        RelayOptions? options = null,
        bool waits = true
    )
    {
        var node = new PostgreSqlNode(connectionString, options ?? new RelayOptions(), time);
        await node.Database.StartAsync(default);
        await node.Lease.StartAsync(default);
        await node.Notifications.StartAsync(default);
        if (waits)
        {
            await TestKit.Until.TrueAsync(() => node.Lease.IsHeld && node.Notifications.IsListening, "the node is registered");
        }

        return node;
    }

    /// <summary>False when the spool cannot be written.</summary>
    public async Task<bool> TryStoreAsync(SpoolEntry entry)
    {
        try
        {
            await Spool.StoreAsync(entry, default);
            return true;
        }
        catch (SpoolUnavailableException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
        {
            return; // a test has ended it already
        }

        await Notifications.DisposeAsync();
        await Spool.DisposeAsync();
        await Lease.DisposeAsync();
        await Database.DisposeAsync();
    }
}
