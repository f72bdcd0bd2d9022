using Relay.Core.Dispatch.LoadBalancing;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch.LoadBalancing;

public sealed class RandomStrategyTests
{
    [Test]
    public void Shares_follow_the_weights()
    {
        var servers = Some.Servers(("a", 1), ("b", 3), ("c", 6));
        var strategy = new RandomStrategy(new Random(1));
        var message = Some.Message();

        var picks = Enumerable.Range(0, 10_000).Select(_ => strategy.Pick(servers, message).Name).ToArray();

        Assert.That((double)picks.Count(name => name == "a"), Is.EqualTo(1000).Within(120));
        Assert.That((double)picks.Count(name => name == "b"), Is.EqualTo(3000).Within(180));
    }

    [Test]
    public void The_same_chance_gives_the_same_picks()
    {
        var servers = Some.Servers(("a", 1), ("b", 1));
        var message = Some.Message();

        string Picks() => string.Concat(Enumerable.Range(0, 50).Select(_ => _strategyOfSeven.Pick(servers, message).Name));
        var first = Picks();
        _strategyOfSeven = new RandomStrategy(new Random(7));

        Assert.That(Picks(), Is.EqualTo(first));
    }

    private RandomStrategy _strategyOfSeven = new(new Random(7));
}
