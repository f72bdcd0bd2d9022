using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>
/// One node of two is cut off from the database: its connections stand and nothing passes. It stops before the other one takes over what it had, and what it had sent
/// into the dark is refused when it arrives at last.
/// </summary>
internal sealed class CutOff : NodesScenario
{
    [Test]
    public Task A_node_that_is_cut_off_is_fenced_and_the_other_one_takes_over() => RunAsync(messages: 150);

    [Test]
    [Category("Soak")]
    public Task A_node_that_is_cut_off_is_fenced_with_thousands_of_messages_on_their_way() => RunAsync(messages: 10_000);

    private async Task RunAsync(int messages)
    {
        var server = Use(await PostgresServer.StartNewAsync());
        var connectionString = await server.CreateDatabaseAsync();
        var link = Use(new CutLink(server.Port));
        link.Start();
        // Each node has a server of its own, so that it is seen which of them delivered.
        var (sink, cutSink) = (StartCountingSink(keepMessages: true), StartCountingSink(keepMessages: true));
        cutSink.Delay = TimeSpan.FromMilliseconds(100);
        var other = await StartNodeAsync(Node(connectionString, sink));
        var byTheLink = connectionString.Replace($"Port={server.Port}", $"Port={link.Port}", StringComparison.Ordinal);
        var cut = await StartNodeAsync(Node(byTheLink, cutSink));
        NumberedLoad[] loads = [new(other.Port, sessions: 4, name: "a"), new(cut.Port, sessions: 8, name: "b")];
        var sending = Task.WhenAll(loads.Select(static load => load.RunAsync()));
        foreach (var load in loads)
        {
            await Until.TrueAsync(() => load.Accepted >= messages, "it takes mail", TimeSpan.FromSeconds(60 + (messages / 20)));
            if (load == loads[0])
            {
                load.Stop();
            }
        }

        link.Cut(); // in the midst of its commits
        var cutAt = TimeProvider.System.GetElapsedTime(0);
        loads[1].Stop();
        await Until.TrueAsync(
            () => other.Log.Contains("is silent and taken for dead", StringComparison.Ordinal),
            "it is taken for dead",
            TimeSpan.FromSeconds(60)
        );
        await UntilEmptyAsync(server, DatabaseOf(connectionString), TimeSpan.FromSeconds(60 + (messages / 50)));
        var byTheCutNode = cutSink.Messages.ToList();
        link.Mend();
        await sending;
        await cut.LoggedAsync("it goes on as node");
        await UntilEmptyAsync(server, DatabaseOf(connectionString)); // some are answered 250 only now

        await CheckAsync(loads, byTheCutNode, byTheCutNodeLater: cutSink.Messages.Skip(byTheCutNode.Count), [.. sink.Messages], cutAt);
        await TakesPartAgainAsync(cut, sink, cutSink);
    }

    private static async Task CheckAsync(
        NumberedLoad[] loads,
        List<SinkMessage> byTheCutNode,
        IEnumerable<SinkMessage> byTheCutNodeLater,
        List<SinkMessage> byTheOther,
        TimeSpan cutAt
    )
    {
        var arrivals = byTheCutNode
            .Concat(byTheCutNodeLater)
            .Concat(byTheOther)
            .CountBy(static message => message.Sender, StringComparer.Ordinal)
            .ToDictionary();
        var accepted = loads.SelectMany(static load => load.AcceptedSenders).ToList();
        var doubled = accepted.Where(sender => arrivals.GetValueOrDefault(sender) > 1).ToHashSet(StringComparer.Ordinal);
        // The last that the cut node sent out at all, and the first of those that it had sent out which the other one took over.
        var last = byTheCutNode.Max(static message => message.At) - cutAt;
        var takenOver = byTheOther.Where(message => doubled.Contains(message.Sender)).Select(message => message.At - cutAt);
        var first = takenOver.DefaultIfEmpty(LeaseTime).Min();
        await TestContext.Out.WriteLineAsync(
            $"{accepted.Count} answered 250, {doubled.Count} arrived more than once; the cut node's last after {last}, taken over after {first}"
        );

        Assert.That(accepted.Where(sender => !arrivals.ContainsKey(sender)), Is.Empty, "nothing is lost");
        Assert.That(last, Is.LessThan(first), "never two nodes at once");
        Assert.That(first, Is.GreaterThan(LeaseTime * 0.8), "not before the lease is over");
        // What was on its way at the cut, and what had a place at once with its insert.
        Assert.That(doubled, Has.Count.LessThanOrEqualTo(30));
    }

    private static async Task TakesPartAgainAsync(RelayUnderTest cut, params CountingSink[] sinks)
    {
        await using var client = await RawSmtpClient.OpenAsync(cut.Port);
        await Until.TrueAsync(
            async () => (await client.SendMailAsync("again@load.test", "b@example.com")).StartsWith("250", StringComparison.Ordinal),
            "it takes mail again"
        );
        // By whichever node: the spool is shared again.
        await Until.TrueAsync(() => Array.Exists(sinks, static sink => sink.Arrivals.ContainsKey("again@load.test")), "it is delivered");
    }
}
