using CsCheck;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch.LoadBalancing;

public sealed class RoundRobinStrategyTests
{
    [Test]
    public void Shares_are_exact_by_weight_in_every_round() =>
        Gen.Int[1, 20]
            .Array[1, 8]
            .Sample(weights =>
            {
                var servers = Some.Servers([.. weights.Select((weight, index) => ($"s{index}", weight))]);
                var strategy = new RoundRobinStrategy();
                var message = Some.Message();
                for (var round = 0; round < 3; round++)
                {
                    var picks = Enumerable.Range(0, weights.Sum()).Select(_ => strategy.Pick(servers, message).Name).ToArray();
                    for (var index = 0; index < weights.Length; index++)
                    {
                        Assert.That(picks.Count(name => name == $"s{index}"), Is.EqualTo(weights[index]));
                    }
                }
            });

    [Test]
    public void Turns_of_a_heavy_server_are_spread()
    {
        var servers = Some.Servers(("a", 5), ("b", 1), ("c", 1));
        var strategy = new RoundRobinStrategy();
        var message = Some.Message();

        var order = string.Concat(Enumerable.Range(0, 7).Select(_ => strategy.Pick(servers, message).Name));

        Assert.That(order, Is.EqualTo("aabacaa"));
    }

    [Test]
    public void Many_threads_share_the_turns_exactly()
    {
        var servers = Some.Servers(("a", 1), ("b", 2));
        var strategy = new RoundRobinStrategy();
        var message = Some.Message();
        var counts = new int[2];

        Parallel.For(0, 3000, _ => Interlocked.Increment(ref counts[strategy.Pick(servers, message).Name == "a" ? 0 : 1]));

        Assert.That(counts, Is.EqualTo([1000, 2000]));
    }

    [Test]
    public void A_weight_that_fell_far_leaves_no_debt_behind()
    {
        var servers = Some.Servers(("a", 1000), ("b", 999));
        var strategy = new RoundRobinStrategy();
        for (var turn = 0; turn < 3; turn++)
        {
            strategy.Pick(servers, Some.Message());
        }

        servers[0].SetWeight(1);
        servers[1].SetWeight(1);
        var picks = Enumerable.Range(0, 20).Select(_ => strategy.Pick(servers, Some.Message()).Name).ToList();

        Assert.That(picks.Count(name => name == "a"), Is.EqualTo(10).Within(1));
    }
}
