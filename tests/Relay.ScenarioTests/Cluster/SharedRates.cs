using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Cluster;

/// <summary>A rate holds for all nodes together, as the server counts: in every window that begins with a message. How much of it is used is measured in the soak, on a machine that has nothing else to do.</summary>
internal sealed class SharedRates : ClusterScenario
{
    private const int Limit = 50;
    private const double Used = 0.95;
    private const double UsedWhereOthersWorkToo = 0.5;

    /// <summary>Of the rate: two nodes whose third partner's part has not come back to them cannot send so much.</summary>
    private const double MoreThanTwoParts = 0.75;

    private readonly List<LoadClient> _loads = [];
    private List<CountingSink> _sinks = [];
    private List<RelayUnderTest> _relays = null!;
    private volatile bool _isOver;

    private CountingSink Sink => _sinks[0];

    [Test]
    public Task Three_nodes_send_no_more_than_the_rate_of_one_and_use_it() => UseItAsync(seconds: 8, UsedWhereOthersWorkToo);

    [Test]
    [Category("Soak")]
    [NonParallelizable]
    public Task Three_nodes_send_no_more_than_the_rate_of_one_and_use_it_for_a_minute() => UseItAsync(seconds: 60, Used);

    private async Task UseItAsync(int seconds, double used)
    {
        await StartThreeAsync(lease: TimeSpan.FromMinutes(1));
        var sending = Send();
        await PassAsync(3);
        var rate = await RateAsync(seconds);
        _isOver = true;
        await sending;

        await TestContext.Out.WriteLineAsync(
            $"{Sink.Count} messages, at most {MostInASecond()} in a second; {rate:0.0} a second over {seconds} s; accepted by node: {string.Join(", ", _loads.Select(static load => load.Accepted.Count()))}"
        );
        Assert.That(MostInASecond(), Is.LessThanOrEqualTo(Limit));
        Assert.That(rate, Is.GreaterThanOrEqualTo(used * Limit));
    }

    [Test]
    public async Task A_database_that_is_away_and_a_node_that_dies_cost_some_of_the_rate_and_never_exceed_it()
    {
        await StartThreeAsync(lease: TimeSpan.FromSeconds(5));
        foreach (var relay in _relays)
        {
            relay.ExpectLogged("the database is away");
            relay.ExpectLogged("The spool does not work");
        }

        var sending = Send();
        await PassAsync(3);

        await Server.StopAsync(immediately: true);
        var without = await RateAsync(5);
        await Server.StartAsync();
        await PassAsync(14); // whoever was away waits before it takes others for dead
        _relays[0].Kill();
        await PassAsync(5);
        var shortOfOne = await RateAsync(5);
        await PassAsync(16); // 10 s that it may send on, 10 s for what is under way, and a window
        var ofTwo = await RateAsync(8);
        _isOver = true;
        await sending;

        await TestContext.Out.WriteLineAsync(
            $"{Sink.Count} messages, at most {MostInASecond()} in a second; a second: {without:0.0} without the database, {shortOfOne:0.0} after a node died, {ofTwo:0.0} of the other two"
        );
        Assert.That(MostInASecond(), Is.LessThanOrEqualTo(Limit));
        Assert.That(without, Is.GreaterThanOrEqualTo(UsedWhereOthersWorkToo * Limit), "each goes on with its part");
        Assert.That(shortOfOne, Is.LessThan(0.9 * Limit), "nobody can know yet that it is dead");
        Assert.That(ofTwo, Is.GreaterThanOrEqualTo(MoreThanTwoParts * Limit), "the part of the dead one has come back");
    }

    private async Task StartThreeAsync(TimeSpan lease)
    {
        await StartServerAsync();
        _sinks = [StartCountingSink(keepMessages: true)];
        _relays = [];
        for (var node = 0; node < 3; node++)
        {
            var configuration = Node("Proxy", [Sink])
                .Set("Cluster:LeaseTime", lease.ToString())
                .Set("Cluster:RatesWithoutDatabase", "00:00:10")
                .Set("Delivery:InlineBudget", "00:00:05")
                .Upstream("u0", Sink.Address, new { Rates = new[] { $"{Limit}/s" } });
            _relays.Add(await StartNodeAsync(configuration));
        }
    }

    /// <summary>More than they may send, to every node differently much.</summary>
    private Task Send()
    {
        _loads.AddRange(_relays.Select(static (relay, node) => new LoadClient(relay.Port, sessions: 8 + (6 * node))));
        return Task.WhenAll(_loads.Select(load => load.SendWhileAsync(_ => !_isOver)));
    }

    /// <summary>What comes to the server a second, over so many from now on.</summary>
    private async Task<double> RateAsync(int seconds)
    {
        var begin = TimeProvider.System.GetElapsedTime(0);
        await PassAsync(seconds);
        return Sink.Messages.Count(mail => mail.At >= begin && mail.At < begin + TimeSpan.FromSeconds(seconds)) / (double)seconds;
    }

    private static Task PassAsync(int seconds)
    {
        var begin = TimeProvider.System.GetTimestamp();
        return Until.TrueAsync(
            () => TimeProvider.System.GetElapsedTime(begin) > TimeSpan.FromSeconds(seconds),
            "time has passed",
            TimeSpan.FromSeconds(seconds + 30)
        );
    }

    private int MostInASecond()
    {
        var times = Sink.Messages.Select(static mail => mail.At).Order().ToList();
        var (most, first) = (0, 0);
        for (var last = 0; last < times.Count; last++)
        {
            while (times[last] - times[first] >= TimeSpan.FromSeconds(1))
            {
                first++;
            }

            most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
