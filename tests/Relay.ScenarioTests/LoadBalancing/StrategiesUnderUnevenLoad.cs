using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.LoadBalancing;

/// <summary>
/// Each strategy does what docs/load-balancing.md says of it, before and after the slow server changes. Shares come from so many messages, never
/// from a time.
/// </summary>
[NonParallelizable]
internal sealed class StrategiesUnderUnevenLoad : UnevenLoad
{
    /// <summary>A multiple of the weights' sum, of the senders and of the domains.</summary>
    private const int Messages = 600;

    /// <summary>Standard deviations a count of chance may be off: two in ten million healthy runs are further off.</summary>
    private const double Deviations = 5;

    [Test]
    public async Task RoundRobin_gives_exact_shares_by_weight_whoever_is_slow()
    {
        var load = await StartAsync("RoundRobin");

        var before = await load.SendAsync(Messages);
        MakeSlow("d");
        var after = await load.SendAsync(Messages);

        AssertServersAgree(load);
        var exact = Weights.ToDictionary(
            static pair => pair.Key,
            static pair => pair.Value * Messages / WeightOfAll,
            StringComparer.Ordinal
        );
        Assert.That(CountByServer(before), Is.EqualTo(exact));
        Assert.That(CountByServer(after), Is.EqualTo(exact));
    }

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
    public async Task IpHash_keeps_clients_on_their_servers_and_spreads_them_by_weight()
    {
        const int clients = 200;
        var load = await StartAsync("IpHash", clients, clients);

        await load.SendAsync(Messages);
        MakeSlow("d");
        await load.SendAsync(Messages);

        AssertServersAgree(load);
        AssertKeysStay(load, static message => message.Client, clients);
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
    public async Task Random_gives_shares_by_weight_up_to_chance()
    {
        var load = await StartAsync("Random");

        var before = await load.SendAsync(Messages);
        MakeSlow("d");
        var after = await load.SendAsync(Messages);

        AssertServersAgree(load);
        AssertSharesByChance(CountByServer(before), Messages);
        AssertSharesByChance(CountByServer(after), Messages);
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

    [Test]
    public async Task Failover_uses_the_first_alone_while_it_has_room()
    {
        var load = await StartAsync("Failover");

        var messages = await load.SendAsync(Messages / 2);

        AssertServersAgree(load);
        Assert.That(CountByServer(messages)["a"], Is.EqualTo(Messages / 2));
    }

    [Test]
    public async Task SenderHash_keeps_senders_on_their_servers_and_spreads_them_by_weight()
    {
        var load = await StartAsync("SenderHash");

        await load.SendAsync(Messages);
        MakeSlow("d");
        await load.SendAsync(Messages);

        AssertServersAgree(load);
        AssertKeysStay(load, static message => message.Sender, SpreadLoad.Senders);
    }

    [Test]
    public async Task RecipientHash_keeps_domains_on_their_servers_and_spreads_them_by_weight()
    {
        var load = await StartAsync("RecipientHash");

        await load.SendAsync(Messages);
        MakeSlow("d");
        await load.SendAsync(Messages);

        AssertServersAgree(load);
        AssertKeysStay(load, static message => message.Domain, SpreadLoad.Domains);
    }

    /// <summary>Each key has one server throughout, and the keys are spread as chance would spread them.</summary>
    private static void AssertKeysStay(SpreadLoad load, Func<SentMessage, string> keyOf, int keys)
    {
        var serversByKey = load.Sent.GroupBy(keyOf, static message => message.Server, StringComparer.Ordinal).ToArray();

        Assert.That(serversByKey, Has.Length.EqualTo(keys));
        Assert.That(serversByKey.Where(static servers => servers.Distinct(StringComparer.Ordinal).Count() > 1), Is.Empty);
        var keysByServer = serversByKey.CountBy(static servers => servers.First(), StringComparer.Ordinal);
        AssertSharesByChance(keysByServer.ToDictionary(StringComparer.Ordinal), keys);
    }

    /// <summary>The bound is that of the binomial distribution: √(n·p·(1−p)) is one standard deviation.</summary>
    private static void AssertSharesByChance(IReadOnlyDictionary<string, int> counts, int all)
    {
        foreach (var (name, weight) in Weights)
        {
            var share = (double)weight / WeightOfAll;
            var deviation = Math.Sqrt(all * share * (1 - share));
            Assert.That(counts.GetValueOrDefault(name), Is.EqualTo(all * share).Within(Deviations * deviation), name);
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
