using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.LoadBalancing;

/// <summary>
/// The strategies that go by how busy or how quick servers are do what docs/load-balancing.md says of them, before and after the slow server changes. Shares
/// come from so many messages, never from a time; but what else runs on the machine makes servers slow that should be quick, so these run alone.
/// </summary>
[NonParallelizable]
internal sealed class StrategiesUnderUnevenLoad : UnevenLoad
{
    [Test]
    public async Task LeastConnections_keeps_the_deliveries_under_way_in_proportion_to_the_weights()
    {
        var load = await StartAsync("LeastConnections");

        var before = await load.SendAsync(Messages);
        MakeSlow("d");
        var after = await load.SendAsync(Messages);

        AssertServersAgree(load);
        AssertUnderWayByWeight(before);
        AssertUnderWayByWeight(after);
        Assert.That(CountByServer(before)["a"], Is.LessThan(CountByServer(before)["d"] / 3), "a is slow at first");
        Assert.That(CountByServer(after)["d"], Is.LessThan(CountByServer(after)["a"] / 3), "then d is");
    }

    [Test]
    public async Task Adaptive_gives_a_slow_server_at_most_a_third_and_follows_within_ten_seconds()
    {
        var load = await StartAsync("Adaptive");
        await load.SendAsync(Messages / 2); // It does not know them before it has seen them.

        var before = CountByServer(await load.SendAsync(Messages));
        Assert.That(before["a"], Is.LessThanOrEqualTo(before["b"] / 3).And.LessThanOrEqualTo(before["d"] / 3));

        MakeSlow("d");
        var changed = load.Elapsed;
        IReadOnlyDictionary<string, int> now;
        do
        {
            now = CountByServer(await load.SendAsync(Messages / 2));
        } while (!HasFollowed(now) && load.Elapsed - changed < TimeSpan.FromSeconds(10));

        AssertServersAgree(load);
        Assert.That(HasFollowed(now), Is.True, $"a gets {now["a"]}, b {now["b"]}, d {now["d"]} ten seconds after the change");

        static bool HasFollowed(IReadOnlyDictionary<string, int> counts) =>
            counts["d"] <= counts["b"] / 3 && counts["d"] <= counts["a"] / 3;
    }

    [Test]
    public async Task Failover_uses_the_first_however_slow_and_the_second_only_for_what_finds_no_slot()
    {
        const int slots = 20; // Four of the clients find none.
        var load = await StartAsync("Failover", slots);

        var before = await load.SendAsync(Messages);
        MakeSlow("d");
        var after = await load.SendAsync(Messages);

        AssertServersAgree(load);
        foreach (var messages in new[] { before, after })
        {
            var (counts, underWay) = (CountByServer(messages), UnderWay(messages));
            Assert.That((counts["c"], counts["d"]), Is.EqualTo((0, 0)), "two servers have room for all");
            Assert.That(underWay["a"], Is.LessThanOrEqualTo(slots + 1));
            Assert.That(underWay["b"], Is.LessThanOrEqualTo(Clients - slots + 1));
        }
    }

    /// <summary>Deliveries are whole: one more or less than the exact share may be under way at each server.</summary>
    private static void AssertUnderWayByWeight(IReadOnlyCollection<SentMessage> messages)
    {
        // On a busy machine the clients themselves take a part of the time: fewer deliveries than clients are under way then.
        var underWay = UnderWay(messages);
        var all = underWay.Sum(static server => server.Value);
        foreach (var (name, count) in underWay)
        {
            Assert.That(count, Is.EqualTo(all * Weights[name] / WeightOfAll).Within(1.0), name);
        }
    }
}
