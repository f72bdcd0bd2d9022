using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>The disk of the shared database is full: clients are told to come back, and what was answered 250 is there and goes out.</summary>
internal sealed class FullDatabase : NodesScenario
{
    private const int MostMessages = 1_000;

    [Test]
    public async Task A_full_disk_of_the_database_costs_no_message()
    {
        var server = Use(await PostgresServer.StartWithSmallDiskAsync("24m"));
        var connectionString = await server.CreateSmallDatabaseAsync();
        var sink = StartCountingSink();
        await sink.StopAsync();
        var relay = await StartNodeAsync(Node(connectionString, sink));
        relay.ExpectLogged("No space left on device");
        relay.ExpectLogged("is ejected");

        var (accepted, refusal) = await FillAsync(relay);
        Assert.That(refusal, Does.StartWith("45"), "told to come back");
        Assert.That(await WaitingAsync(server, DatabaseOf(connectionString)), Is.EqualTo(accepted.Count));

        sink.Start();
        await UntilEmptyAsync(server, DatabaseOf(connectionString));
        Assert.That(sink.Arrivals.Where(arrival => arrival.Value > 1), Is.Empty);
        Assert.That(accepted.Where(sender => !sink.Arrivals.ContainsKey(sender)), Is.Empty, "nothing is lost");
        await TestContext.Out.WriteLineAsync($"{accepted.Count} answered 250 before {refusal}");

        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await Until.TrueAsync(
            async () => (await client.SendMailAsync("after@load.test", "b@example.com")).StartsWith("250", StringComparison.Ordinal),
            "it takes mail again",
            TimeSpan.FromSeconds(60)
        );
    }

    /// <summary>Until one is refused.</summary>
    private static async Task<(List<string> Accepted, string Refusal)> FillAsync(RelayUnderTest relay)
    {
        List<string> accepted = [];
        var text = string.Concat(Enumerable.Repeat("A line of sixty characters, more or less, to fill a body.\r\n", 1000));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        for (var number = 0; number < MostMessages; number++)
        {
            var sender = string.Create(CultureInfo.InvariantCulture, $"m{number}@load.test");
            var reply = await client.SendMailAsync(sender, "b@example.com", $"Subject: {number}\r\n\r\n{text}");
            if (!reply.StartsWith("250", StringComparison.Ordinal))
            {
                return (accepted, reply);
            }

            accepted.Add(sender);
        }

        throw new AssertionException("The disk was never full.");
    }
}
