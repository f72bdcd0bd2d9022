using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Stories of nodes that are configured one by one: each with its own way to the shared database, or with servers of its own.</summary>
internal abstract class NodesScenario : Scenario
{
    protected static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(5);

    protected static RelayConfiguration Node(string connectionString, CountingSink sink, string accept = "Queue") =>
        new RelayConfiguration()
            .ReturningSoon()
            .Set("Delivery:Accept", accept)
            .Set("Delivery:InlineBudget", "00:00:02")
            .Set("Delivery:UncertainDelay", "00:00:01")
            .Set("Retry:Schedule", new[] { "00:00:01" })
            .Set("Spool:Provider", "PostgreSql")
            .Set("Spool:ConnectionString", connectionString)
            .Set("Cluster:LeaseTime", LeaseTime.ToString())
            .Set("Groups:default:Health:Interval", "00:00:00")
            .Upstream("u", sink.Address, new { Connections = 5 });

    /// <summary>Returns when the node has a place among the others. It will have something to say of its database.</summary>
    protected async Task<RelayUnderTest> StartNodeAsync(RelayConfiguration configuration)
    {
        var relay = await StartRelayAsync(configuration);
        foreach (var trouble in (string[])["The spool does not work", "is to be written again", "cannot be tried", "cannot be stored"])
        {
            relay.ExpectLogged(trouble);
        }

        await relay.LoggedAsync("This is node");
        return relay;
    }

    /// <summary>Waits until the shared spool holds nothing that is still to be delivered.</summary>
    protected static Task UntilEmptyAsync(PostgresServer server, string database, TimeSpan? within = null) =>
        Until.TrueAsync(async () => await WaitingAsync(server, database) == 0, "the spool is empty", within ?? TimeSpan.FromSeconds(60));

    /// <summary>Deliveries that are still to be made.</summary>
    protected static async Task<long> WaitingAsync(PostgresServer server, string database) =>
        (long)(await server.ExecuteAsync(database, "SELECT COUNT(*) FROM delivery WHERE state <> 4"))!;

    /// <summary>The last word of a connection string that names a database of its own.</summary>
    protected static string DatabaseOf(string connectionString) =>
        connectionString.Split(';').Single(static part => part.StartsWith("Database=", StringComparison.Ordinal))["Database=".Length..];

    protected static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
