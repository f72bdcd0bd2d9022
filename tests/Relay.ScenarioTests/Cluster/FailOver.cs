using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.Cluster;

/// <summary>The database's primary dies with kill -9, and its synchronous replica takes its place: what was answered 250 is there.</summary>
internal sealed class FailOver : NodesScenario
{
    [Test]
    public Task Nothing_that_was_answered_is_lost_when_a_replica_takes_the_place_of_the_primary() => RunAsync(nodes: 2, messages: 250);

    [Test]
    [Category("Soak")]
    public Task Of_fifty_thousand_messages_none_is_lost_when_a_replica_takes_the_place_of_the_primary() =>
        RunAsync(nodes: 3, messages: 25_000);

    [Test]
    public async Task What_the_replica_does_not_have_is_not_answered_250()
    {
        var sink = StartCountingSink();
        var pair = Use(await DatabasePair.StartAsync());
        var relay = await StartNodeAsync(Node(pair.ConnectionString, sink));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        await Until.TrueAsync(
            async () => (await client.SendMailAsync("first@load.test", "b@example.com")).StartsWith("250", StringComparison.Ordinal),
            "the spool is open"
        );
        await UntilEmptyAsync(pair.Primary, DatabasePair.Database);
        await sink.StopAsync(); // nothing leaves by the back door
        pair.Replica.Freeze();

        var reply = await client.SendMailAsync("second@load.test", "b@example.com");

        Assert.That(reply, Does.StartWith("451 "));
        await pair.Primary.KillAsync();
        pair.Replica.Thaw();
        await pair.Replica.PromoteAsync();
        sink.Start();
        await Until.TrueAsync(
            async () => (await client.SendMailAsync("third@load.test", "b@example.com")).StartsWith("250", StringComparison.Ordinal),
            "the spool is open again"
        );
        await UntilEmptyAsync(pair.Replica, DatabasePair.Database);
        Assert.That(sink.Arrivals.Keys, Does.Contain("third@load.test"));
    }

    private async Task RunAsync(int nodes, int messages)
    {
        var sink = StartCountingSink();
        var pair = Use(await DatabasePair.StartAsync());
        List<NumberedLoad> loads = [];
        for (var index = 0; index < nodes; index++)
        {
            var relay = await StartNodeAsync(Node(pair.ConnectionString, sink));
            loads.Add(new NumberedLoad(relay.Port, sessions: 6, name: $"n{Number(index)}m"));
        }

        var sending = Task.WhenAll(loads.Select(static load => load.RunAsync()));
        await MoreAsync(loads, messages);
        await pair.FailOverAsync();
        await MoreAsync(loads, messages);
        loads.ForEach(static load => load.Stop());
        await sending;
        await UntilEmptyAsync(pair.Replica, DatabasePair.Database, TimeSpan.FromMinutes(2));

        var accepted = loads.SelectMany(static load => load.AcceptedSenders).ToList();
        var lost = accepted.Where(sender => !sink.Arrivals.ContainsKey(sender)).ToList();
        var doubled = accepted.Count(sender => sink.Arrivals[sender] > 1);
        await TestContext.Out.WriteLineAsync($"{accepted.Count} answered 250, {lost.Count} lost, {doubled} arrived more than once");
        Assert.That(lost, Is.Empty);
        // Those whose outcome was not committed: no more than were under way, and those that were delivered while the database was away.
        Assert.That(doubled, Is.LessThanOrEqualTo(nodes * 20));
    }

    private static Task MoreAsync(List<NumberedLoad> loads, int messages)
    {
        var targets = loads.Select(load => load.Accepted + (messages / loads.Count)).ToList();
        return Until.TrueAsync(
            () => loads.Zip(targets).All(static pair => pair.First.Accepted >= pair.Second),
            "each node accepts mail",
            TimeSpan.FromSeconds(60 + (messages / 50))
        );
    }
}
