using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>
/// One node of two stands still, as a virtual machine does that is moved or suspended: its connections stand, it notices nothing, and it wakes in the midst of
/// what it was doing. Meanwhile the other one has taken it for dead and has its mail.
/// </summary>
internal sealed class FrozenNode : NodesScenario
{
    private const int Connections = 5;
    private const int Messages = 150;

    [Test]
    public async Task A_node_that_wakes_after_its_lease_sends_nothing_that_the_other_one_took_over()
    {
        var server = Use(await PostgresServer.StartNewAsync());
        var connectionString = await server.CreateDatabaseAsync();
        // Each node has a server of its own, so that it is seen which of them delivered.
        var (sink, frozenSink) = (StartCountingSink(keepMessages: true), StartCountingSink(keepMessages: true));
        frozenSink.Delay = TimeSpan.FromMilliseconds(100);
        var other = await StartNodeAsync(Node(connectionString, sink));
        var frozen = await StartNodeAsync(Node(connectionString, frozenSink));
        var load = new NumberedLoad(frozen.Port, sessions: 8);
        var sending = load.RunAsync();
        await Until.TrueAsync(() => load.Accepted >= Messages, "it takes mail", TimeSpan.FromSeconds(60));

        frozen.Freeze(); // with mail in its memory, in its spool, and half sent
        load.Stop();
        await Until.TrueAsync(
            () => other.Log.Contains("is silent and taken for dead", StringComparison.Ordinal),
            "it is taken for dead",
            TimeSpan.FromSeconds(60)
        );
        await UntilEmptyAsync(server, DatabaseOf(connectionString));
        var before = frozenSink.Messages.Count;
        frozen.Thaw();
        await frozen.LoggedAsync("it goes on as node");
        await sending;

        await UntilEmptyAsync(server, DatabaseOf(connectionString));
        await CheckAsync([.. load.AcceptedSenders], [.. sink.Messages], [.. frozenSink.Messages], before);
    }

    private static async Task CheckAsync(
        List<string> accepted,
        List<SinkMessage> byTheOther,
        List<SinkMessage> byTheFrozenNode,
        int beforeItWoke
    )
    {
        var arrivals = byTheFrozenNode.Concat(byTheOther).CountBy(static message => message.Sender, StringComparer.Ordinal).ToDictionary();
        var doubled = accepted.Where(sender => arrivals.GetValueOrDefault(sender) > 1).ToList();
        var takenOver = byTheOther.Select(static message => message.Sender).ToHashSet(StringComparer.Ordinal);
        var sentAgain = byTheFrozenNode.Skip(beforeItWoke).Where(message => takenOver.Contains(message.Sender)).ToList();
        await TestContext.Out.WriteLineAsync(
            $"{accepted.Count} answered 250, {takenOver.Count} taken over, {doubled.Count} arrived more than once, {sentAgain.Count} sent by the node that woke"
        );

        Assert.That(accepted.Where(sender => !arrivals.ContainsKey(sender)), Is.Empty, "nothing is lost");
        Assert.That(takenOver, Is.Not.Empty);
        Assert.That(sentAgain, Is.Empty, "its leases are over, and it knows");
        // What had arrived, or was about to, and whose outcome was not written down.
        Assert.That(doubled, Has.Count.LessThanOrEqualTo(6 * Connections));
    }
}
