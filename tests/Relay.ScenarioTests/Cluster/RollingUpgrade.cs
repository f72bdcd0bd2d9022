using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Cluster;

/// <summary>Three nodes behind the shipped HAProxy are replaced one by one under load, while the spool holds mail: nothing is lost, and nothing arrives twice.</summary>
internal sealed class RollingUpgrade : NodesScenario
{
    private const int Nodes = 3;

    [TestCase("Hybrid")]
    [TestCase("Queue")]
    public Task Nodes_are_replaced_one_by_one_and_nothing_is_lost_or_doubled(string accept) =>
        RunAsync(accept, messages: 80, pause: TimeSpan.FromMilliseconds(50));

    [TestCase("Hybrid")]
    [TestCase("Queue")]
    [Category("Soak")]
    public Task Nodes_are_replaced_one_by_one_under_fifty_thousand_messages(string accept) =>
        RunAsync(accept, messages: 8_000, pause: TimeSpan.Zero);

    private async Task RunAsync(string accept, int messages, TimeSpan pause)
    {
        var (sink, later) = (StartCountingSink(), StartCountingSink());
        var server = Use(await PostgresServer.StartNewAsync());
        var connectionString = await server.CreateDatabaseAsync();
        var database = DatabaseOf(connectionString);
        await later.StopAsync();
        var nodes = Enumerable.Range(0, Nodes).Select(_ => Behind(Node(connectionString, sink, accept), later.Address)).ToList();
        var front = Use(await ShippedFront.StartAsync(nodes, LocalPort.Free()));
        List<RelayUnderTest> relays = [];
        foreach (var node in nodes)
        {
            relays.Add(await StartNodeAsync(node));
        }

        await front.UntilUpAsync("smtp", Nodes);
        await StoreForLaterAsync(front.Port, count: 20);
        var load = new PatientLoad(front.Port, sessions: 6, messagesPerConnection: 10) { Pause = pause };
        var sending = load.RunAsync();
        for (var index = 0; index < Nodes; index++)
        {
            await load.MoreAsync(messages);
            await front.DrainAsync("smtp", $"relay{Number(index + 1)}");
            Assert.That(await relays[index].TerminateAsync(), Is.Zero);
            await load.MoreAsync(messages);
            Assert.That(await WaitingAsync(server, database), Is.GreaterThanOrEqualTo(20), "mail waits over all of it");
            relays[index] = await StartNodeAsync(nodes[index]);
            await front.AskAsync($"set server smtp/relay{Number(index + 1)} state ready");
            await front.UntilUpAsync("smtp", Nodes);
        }

        load.Stop();
        await sending;
        later.Start();
        await UntilEmptyAsync(server, database);

        await TestContext.Out.WriteLineAsync($"{accept}: {load.Accepted} messages, {load.Farewells} sessions ended by a node");
        Assert.That(load.Complaints, Is.Empty);
        Assert.That(load.AcceptedSenders.Where(sender => sink.Arrivals.GetValueOrDefault(sender) != 1), Is.Empty);
        Assert.That(later.Arrivals.Values.ToList(), Has.Count.EqualTo(20).And.All.EqualTo(1));
    }

    // A group whose server is away: what goes to it waits in the spool.
    private static RelayConfiguration Behind(RelayConfiguration node, string later) =>
        node.Set("Listeners:smtp:ProxyProtocolFrom", new[] { "127.0.0.1/32" })
            .Set("Groups:later:Upstreams:l:Address", later)
            .Set("Groups:later:Health:Interval", "00:00:00")
            .Set("Groups:later:Health:EjectionTime", "00:00:01")
            .Set("Groups:later:Health:MaximumEjectionTime", "00:00:01")
            .Set("Routes", new object[] { new { To = "*@later.test", Group = "later" }, new { Group = "default" } });

    private static async Task StoreForLaterAsync(int port, int count)
    {
        await using var client = await RawSmtpClient.OpenAsync(port);
        for (var number = 0; number < count; number++)
        {
            Assert.That(await client.SendMailAsync($"later{Number(number)}@load.test", "b@later.test"), Does.StartWith("250"));
        }
    }
}
