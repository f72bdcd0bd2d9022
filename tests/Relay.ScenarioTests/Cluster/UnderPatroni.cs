using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.Cluster;

/// <summary>The shipped sample of Patroni, run: the machine of the primary dies under load and comes back, twice.</summary>
internal sealed class UnderPatroni : NodesScenario
{
    private const int Failovers = 2;

    [Test]
    [Category("Soak")]
    public async Task Nothing_that_was_answered_is_lost_when_the_machine_of_the_primary_dies_and_comes_back()
    {
        Assume.That(Environment.IsPrivilegedProcess, "the user postgres is root's to become");
        var sink = StartCountingSink();
        var machines = Use(await PatroniMachines.StartAsync());
        List<NumberedLoad> loads = [];
        for (var index = 0; index < 2; index++)
        {
            var relay = await StartNodeAsync(Node(machines.ConnectionString, sink));
            loads.Add(new NumberedLoad(relay.Port, sessions: 4, name: $"n{Number(index)}m"));
        }

        var sending = Task.WhenAll(loads.Select(static load => load.RunAsync()));
        for (var failover = 0; failover < Failovers; failover++)
        {
            await MoreAsync(loads, 300);
            var leader = await machines.LeaderAsync();
            await leader.KillAsync();
            await MoreAsync(loads, 300);
            leader.Start();
            await machines.UntilRunningAsync(3);
        }

        await MoreAsync(loads, 300);
        loads.ForEach(static load => load.Stop());
        await sending;
        await Until.TrueAsync(
            async () => await machines.ExecuteAsync("relay", "SELECT COUNT(*) FROM delivery WHERE state <> 4") is 0L,
            "the spool is empty",
            TimeSpan.FromMinutes(2)
        );

        var accepted = loads.SelectMany(static load => load.AcceptedSenders).ToList();
        var lost = accepted.Where(sender => !sink.Arrivals.ContainsKey(sender)).ToList();
        var doubled = accepted.Count(sender => sink.Arrivals[sender] > 1);
        await TestContext.Out.WriteLineAsync($"{accepted.Count} answered 250, {lost.Count} lost, {doubled} arrived more than once");
        Assert.That(lost, Is.Empty);
        Assert.That(doubled, Is.LessThanOrEqualTo(Failovers * 2 * 20)); // those whose outcome was not committed, and what was delivered while the database was away
    }

    private static Task MoreAsync(List<NumberedLoad> loads, int messages)
    {
        var targets = loads.Select(load => load.Accepted + messages).ToList();
        return Until.TrueAsync(
            () => loads.Zip(targets).All(static pair => pair.First.Accepted >= pair.Second),
            "each node accepts mail",
            TimeSpan.FromMinutes(3)
        );
    }
}
