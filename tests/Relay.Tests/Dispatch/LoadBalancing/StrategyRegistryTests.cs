using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Tests.Dispatch.LoadBalancing;

public sealed class StrategyRegistryTests
{
    [Test]
    public void Every_name_makes_the_strategy_of_that_name() =>
        Assert.That(
            StrategyRegistry.Names.Select(name => StrategyRegistry.Create(name, new Random(1)).Name),
            Is.EqualTo(StrategyRegistry.Names)
        );

    [Test]
    public void Names_are_known_in_any_case() =>
        Assert.That(StrategyRegistry.Create("roundrobin", new Random(1)).Name, Is.EqualTo("RoundRobin"));

    [Test]
    public void An_unknown_name_lists_the_known_ones() =>
        Assert.That(
            () => StrategyRegistry.Create("Best", new Random(1)),
            Throws.ArgumentException.With.Message.Contains("LeastConnections, Random, RecipientHash, RoundRobin")
        );
}
