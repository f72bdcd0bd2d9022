using Relay.TestKit.Clients;

namespace Relay.ScenarioTests.LoadBalancing;

/// <summary>
/// The strategies that do not ask how busy or how quick servers are do what docs/load-balancing.md says of them, before and after the slow server changes.
/// Nothing here follows from a time: whatever else runs beside it changes no share.
/// </summary>
internal sealed class SharesUnderUnevenLoad : UnevenLoad
{
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
}
