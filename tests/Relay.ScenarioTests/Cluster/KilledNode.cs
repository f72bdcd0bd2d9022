using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Who is dead is no node any more, and nobody had to say so.</summary>
internal sealed class KilledNode : NodesScenario
{
    [Test]
    public async Task A_node_that_is_killed_leaves_the_list_when_its_lease_is_over()
    {
        var server = Use(await PostgresServer.StartNewAsync());
        var connectionString = await server.CreateDatabaseAsync();
        var sink = StartCountingSink();
        var stays = await StartNodeAsync(Node(connectionString, sink).Set("Cluster:NodeName", "stays"));
        var dies = await StartNodeAsync(Node(connectionString, sink).Set("Cluster:NodeName", "dies"));
        await Until.TrueAsync(async () => await IsListedAsync(stays, "dies"), "both are listed");
        var status = await ProcessRunner.RunAsync("dotnet", [Repository.Program, "status", "--url", stays.Api.BaseAddress!.ToString()]);
        Assert.That(status.Output, Does.Contain("stays (this)").And.Contain("dies"));

        dies.Kill();

        await Until.TrueAsync(async () => !await IsListedAsync(stays, "dies"), "the other one is gone");
        Assert.That(await IsListedAsync(stays, "stays"));
    }

    private static async Task<bool> IsListedAsync(RelayUnderTest node, string name) =>
        (await node.Api.GetStringAsync("/api/v1/nodes")).Contains($"\"{name}\"", StringComparison.Ordinal);
}
