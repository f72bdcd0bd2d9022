using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Something else has taken the last page of the database's disk, and nobody makes room: what was answered 250 goes out all the same, and over a kill of the node.</summary>
internal sealed class DiskWithoutAPage : NodesScenario
{
    private const int Messages = 600;

    /// <summary>On each of five connections one whose dot was out, and one before it whose outcome was just being written.</summary>
    private const int MostUnderWay = 10;

    [Test]
    public async Task Mail_that_waits_goes_out_without_a_free_page()
    {
        var server = Use(await PostgresServer.StartWithSmallDiskAsync("40m"));
        var connectionString = await server.CreateSmallDatabaseAsync();
        var database = DatabaseOf(connectionString);
        var sink = StartCountingSink();
        await sink.StopAsync();
        var first = await StartAsync(connectionString, sink);
        var accepted = await SendAsync(first);
        Assert.That(await WaitingAsync(server, database), Is.EqualTo(Messages));
        Assert.That(await first.TerminateAsync(), Is.Zero);
        await PackAsync(server, database);
        await server.FillSmallDiskAsync();

        sink.Start();
        var relay = await StartAsync(connectionString, sink);
        await Until.TrueAsync(() => sink.Arrivals.Count >= Messages / 4, "some have gone out");
        await relay.KillAndRestartAsync();
        await UntilEmptyAsync(server, database);
        var doubled = sink.Arrivals.Count(static arrival => arrival.Value > 1);
        await TestContext.Out.WriteLineAsync($"{doubled} of {Messages} arrived twice after a kill");
        Assert.That(doubled, Is.LessThanOrEqualTo(MostUnderWay), "no more than had no outcome on the disk at the kill");
        Assert.That(accepted.Where(sender => !sink.Arrivals.ContainsKey(sender)), Is.Empty, "nothing is lost");

        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await client.SendMailAsync("full@load.test", "b@example.com"), Does.StartWith("45"), "nobody has made room");

        await server.EmptySmallDiskAsync();
        await Until.TrueAsync(
            async () => (await client.SendMailAsync("after@load.test", "b@example.com")).StartsWith("250", StringComparison.Ordinal),
            "it takes mail again",
            TimeSpan.FromSeconds(60)
        );
    }

    private async Task<RelayUnderTest> StartAsync(string connectionString, CountingSink sink)
    {
        var relay = await StartNodeAsync(Node(connectionString, sink));
        relay.ExpectLogged("No space left on device");
        relay.ExpectLogged("is ejected");
        relay.ExpectLogged("is taken for dead");
        relay.ExpectLogged("under way on nodes that are no more");
        return relay;
    }

    private static async Task<List<string>> SendAsync(RelayUnderTest relay)
    {
        List<string> accepted = [];
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        for (var number = 0; number < Messages; number++)
        {
            var sender = string.Create(CultureInfo.InvariantCulture, $"m{number}@load.test");
            Assert.That(await client.SendMailAsync(sender, "b@example.com"), Does.StartWith("250"));
            accepted.Add(sender);
        }

        return accepted;
    }

    /// <summary>No page of the rows has room for another version of one, as in a table that mail has come into and left for weeks.</summary>
    private static async Task PackAsync(PostgresServer server, string database)
    {
        await server.ExecuteAsync(database, "ALTER TABLE delivery SET (fillfactor = 100)");
        await server.ExecuteAsync(database, "VACUUM FULL delivery");
        await server.ExecuteAsync(database, "ALTER TABLE delivery SET (fillfactor = 80)");
    }
}
