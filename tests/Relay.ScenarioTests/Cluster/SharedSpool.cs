using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>
/// Three relays share one PostgreSQL. Nodes are killed with -9, the database is stopped as a power cut would and started again, one node dies for good: every
/// message that was answered 250 arrives, and no more of them twice than were on their way out at a kill.
/// </summary>
internal sealed class SharedSpool : ClusterScenario
{
    private const int Nodes = 3;
    private const int Sessions = 8;

    /// <summary>For each spooled message.</summary>
    private const double MostCommits = 0.2;

    private const string Batches = "SELECT COALESCE(SUM(batch), 0) FROM writer";

    [TestCase("Queue")]
    [TestCase("Hybrid")]
    public Task Nothing_that_was_answered_is_lost_when_nodes_and_their_database_die(string accept) => RunAsync(accept, 3_000, rounds: 4);

    [TestCase("Queue")]
    [TestCase("Hybrid")]
    [Category("Soak")]
    public Task Nothing_that_was_answered_is_lost_when_nodes_and_their_database_die_over_50000_messages(string accept) =>
        RunAsync(accept, 50_000, rounds: 40);

    [Test]
    [NonParallelizable]
    [Category("Soak")]
    public async Task A_loaded_spool_needs_few_commits_and_mail_that_is_delivered_inline_needs_none()
    {
        await StartServerAsync();
        var (inline, spooled) = (await MeasureAsync("Hybrid", 2_000), await MeasureAsync("Queue", 6_000));

        Assert.That(spooled, Is.LessThanOrEqualTo(MostCommits), "for each spooled message");
        Assert.That(inline, Is.LessThanOrEqualTo(0.01), "for each message, beside what the nodes do by themselves each second");
    }

    private async Task<double> MeasureAsync(string accept, int messages)
    {
        CountingSink[] sinks = [StartCountingSink(), StartCountingSink(), StartCountingSink()];
        List<RelayUnderTest> relays = [];
        for (var node = 0; node < Nodes; node++)
        {
            relays.Add(await StartNodeAsync(Node(accept, sinks)));
        }

        var idle = await IdleCommitsPerSecondAsync();
        var batches = await CountAsync(Batches);
        var (before, begin) = (await CommitsAsync(), TimeProvider.System.GetTimestamp());
        var loads = relays.Select((relay, node) => new NumberedLoad(relay.Port, 20, Name(node))).ToList();
        var sending = Task.WhenAll(loads.Select(static load => load.RunAsync()));
        await Until.TrueAsync(() => loads.Sum(static load => load.Accepted) >= messages, "mail is accepted", TimeSpan.FromMinutes(3));
        loads.ForEach(static load => load.Stop());
        await sending;
        var took = TimeProvider.System.GetElapsedTime(begin);
        await UntilEmptyAsync(TimeSpan.FromMinutes(1));
        var (accepted, commits) = (loads.Sum(static load => load.Accepted), await CommitsAsync() - before);
        batches = await CountAsync(Batches) - batches;
        var caused = commits - (idle * TimeProvider.System.GetElapsedTime(begin).TotalSeconds);
        await TestContext.Out.WriteLineAsync(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{accept}: {accepted} messages in {took.TotalSeconds:F1} s, {commits} commits, {batches} of them batches of the writers, {caused / accepted:F3} for each beside {idle:F1} a second of {Nodes} idle nodes"
            )
        );
        foreach (var relay in relays)
        {
            await relay.TerminateAsync();
        }

        return caused / accepted;
    }

    private async Task<double> IdleCommitsPerSecondAsync()
    {
        var (before, begin) = (await CommitsAsync(), TimeProvider.System.GetTimestamp());
        await Until.TrueAsync(() => TimeProvider.System.GetElapsedTime(begin) > TimeSpan.FromSeconds(5), "five seconds have passed");
        return (await CommitsAsync() - before) / TimeProvider.System.GetElapsedTime(begin).TotalSeconds;
    }

    private async Task RunAsync(string accept, int messages, int rounds)
    {
        await StartServerAsync();
        var random = new Random(rounds);
        CountingSink[] sinks = [StartCountingSink(), StartCountingSink(), StartCountingSink()];
        List<RelayUnderTest> relays = [];
        for (var node = 0; node < Nodes; node++)
        {
            relays.Add(await StartNodeAsync(Node(accept, sinks)));
            relays[node].ExpectLogged("spool");
            relays[node].ExpectLogged("database");
            relays[node].ExpectLogged("to be written again");
            relays[node].ExpectLogged("cannot be tried");
        }

        var loads = relays.Select((relay, node) => new NumberedLoad(relay.Port, Sessions, Name(node))).ToList();
        var sending = Task.WhenAll(loads.Select(static load => load.RunAsync()));
        for (var round = 1; round <= rounds; round++)
        {
            await UntilAcceptedAsync(loads, messages * round / (rounds + 1));
            await relays[random.Next(Nodes)].KillAndRestartAsync();
            if (round % 2 == 0)
            {
                await Server.StopAsync(immediately: true);
                await UntilSomeAreAwareAsync(relays);
                await Server.StartAsync();
            }
        }

        await UntilAcceptedAsync(loads, messages);
        loads.ForEach(static load => load.Stop());
        relays[0].Kill(); // for good: the others have its mail
        await sending;
        await UntilEmptyAsync(TimeSpan.FromMinutes(2));
        await TellAsync(accept, rounds, loads, sinks);
    }

    private static async Task TellAsync(string accept, int rounds, List<NumberedLoad> loads, CountingSink[] sinks)
    {
        var arrivals = sinks
            .SelectMany(static sink => sink.Arrivals)
            .GroupBy(static arrived => arrived.Key, static arrived => arrived.Value, StringComparer.Ordinal)
            .ToDictionary(static arrived => arrived.Key, static arrived => arrived.Sum(), StringComparer.Ordinal);
        var accepted = loads.SelectMany(static load => load.AcceptedSenders).ToList();
        var lost = accepted.Where(sender => !arrivals.ContainsKey(sender)).ToList();
        var doubled = accepted.Where(sender => arrivals.GetValueOrDefault(sender) > 1).ToList();
        await TestContext.Out.WriteLineAsync(
            $"{accept}: {rounds + 1} kills of a node, {rounds / 2} of the database, {accepted.Count} answered 250, {lost.Count} lost, {doubled.Count} arrived more than once"
        );
        Assert.That(lost, Is.Empty);
        // No more deliveries were under way at a kill than the node had connections.
        Assert.That(doubled, Has.Count.LessThanOrEqualTo(((rounds + 1) * 15) + (rounds / 2 * Nodes * 15)));
    }

    private static string Name(int node) => string.Create(CultureInfo.InvariantCulture, $"n{node}-");

    private static Task UntilAcceptedAsync(List<NumberedLoad> loads, int messages) =>
        Until.TrueAsync(() => loads.Sum(static load => load.Accepted) >= messages, "mail is accepted", TimeSpan.FromMinutes(2));

    /// <summary>The database is away for as long as it takes a node to notice.</summary>
    private static Task UntilSomeAreAwareAsync(List<RelayUnderTest> relays) =>
        Until.TrueAsync(
            () => relays.Exists(static relay => relay.Log.Contains("database is away", StringComparison.Ordinal)),
            "it is noticed"
        );
}
