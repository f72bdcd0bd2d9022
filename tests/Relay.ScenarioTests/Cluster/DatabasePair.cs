using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>A PostgreSQL and its synchronous replica, as docs/cluster.md wants them: a commit counts when both have it on disk.</summary>
internal sealed class DatabasePair : IAsyncDisposable
{
    public const string Database = "relay";
    private const string ReplicaName = "replica";

    private DatabasePair(PostgresServer primary, PostgresServer replica) => (Primary, Replica) = (primary, replica);

    public PostgresServer Primary { get; }

    public PostgresServer Replica { get; }

    /// <summary>Of both; a node finds out which of them is the primary.</summary>
    public string ConnectionString =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"Host=127.0.0.1:{Primary.Port},127.0.0.1:{Replica.Port};Target Session Attributes=primary;Username=relay;Database={Database}"
        );

    public static async Task<DatabasePair> StartAsync()
    {
        var primary = await PostgresServer.StartNewAsync(isDurable: true);
        try
        {
            await primary.ExecuteAsync("postgres", $"CREATE DATABASE {Database}");
            var replica = await PostgresServer.StartReplicaAsync(primary, ReplicaName);
            await primary.ExecuteAsync("postgres", $"ALTER SYSTEM SET synchronous_standby_names = '{ReplicaName}'");
            await primary.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
            await Until.TrueAsync(
                async () => await primary.ExecuteAsync("postgres", "SELECT sync_state FROM pg_stat_replication") is "sync",
                "the replica is synchronous"
            );
            return new DatabasePair(primary, replica);
        }
        catch
        {
            await primary.DisposeAsync();
            throw;
        }
    }

    /// <summary>The machine of the primary dies, and the replica takes its place, as Patroni would have it.</summary>
    public async Task FailOverAsync()
    {
        await Primary.KillAsync();
        await Replica.PromoteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await Primary.DisposeAsync();
        await Replica.DisposeAsync();
    }
}
