using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Stories of several relays that share a real PostgreSQL.</summary>
internal abstract class ClusterScenario : Scenario
{
    private const string Database = "relay";

    protected PostgresServer Server { get; private set; } = null!;

    protected string ConnectionString => Server.ConnectionString(Database);

    protected async Task StartServerAsync()
    {
        Server = Use(await PostgresServer.StartNewAsync(isDurable: true));
        await Server.ExecuteAsync("postgres", $"CREATE DATABASE {Database}");
    }

    /// <summary>A configuration of one node of the cluster, with pauses that a test can wait for.</summary>
    protected RelayConfiguration Node(string accept, IReadOnlyList<CountingSink> sinks)
    {
        var configuration = new RelayConfiguration()
            .ReturningSoon()
            .Set("Delivery:Accept", accept)
            .Set("Delivery:InlineBudget", "00:00:02")
            .Set("Delivery:UncertainDelay", "00:00:01")
            .Set("Retry:Schedule", new[] { "00:00:01" })
            .Set("Spool:Provider", "PostgreSql")
            .Set("Spool:ConnectionString", ConnectionString)
            .Set("Cluster:LeaseTime", "00:00:05")
            .Set("Groups:default:Health:Interval", "00:00:00");
        for (var index = 0; index < sinks.Count; index++)
        {
            configuration.Upstream(string.Create(CultureInfo.InvariantCulture, $"u{index}"), sinks[index].Address, new { Connections = 5 });
        }

        return configuration;
    }

    /// <summary>Returns when the node has a place among the others.</summary>
    protected async Task<RelayUnderTest> StartNodeAsync(RelayConfiguration configuration)
    {
        var relay = await StartRelayAsync(configuration);
        await relay.LoggedAsync("This is node");
        return relay;
    }

    /// <summary>Waits until nothing is left that is to be delivered.</summary>
    protected Task UntilEmptyAsync(TimeSpan within) =>
        Until.TrueAsync(async () => await CountAsync("SELECT COUNT(*) FROM delivery WHERE state <> 4") == 0, "the spool is empty", within);

    /// <summary>A number out of the database.</summary>
    protected async Task<long> CountAsync(string sql) =>
        Convert.ToInt64(await Server.ExecuteAsync(Database, sql), CultureInfo.InvariantCulture);

    /// <summary>Commits so far, reading ones too, once the server has added them up.</summary>
    protected async Task<long> CommitsAsync()
    {
        var last = -1L;
        await Until.TrueAsync(
            async () =>
            {
                var before = last;
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System); // sessions of PostgreSQL tell their figures once a second, and nothing says that they have
                last = await CountAsync("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()");
                return last - before < 40; // the nodes themselves look each second
            },
            "the server has counted its commits",
            TimeSpan.FromSeconds(30)
        );
        return last;
    }
}
