using System.Collections.Frozen;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>The strategies by the names configurations use. A new one is a file beside this one and a line here.</summary>
internal static class StrategyRegistry
{
    private static readonly FrozenDictionary<string, Func<Random, ILoadBalancingStrategy>> Strategies = new Dictionary<
        string,
        Func<Random, ILoadBalancingStrategy>
    >(StringComparer.OrdinalIgnoreCase)
    {
        ["RoundRobin"] = _ => new RoundRobinStrategy(),
        ["LeastConnections"] = _ => new LeastConnectionsStrategy(),
        ["IpHash"] = _ => new IpHashStrategy(),
        ["Adaptive"] = random => new AdaptiveStrategy(random),
        ["Random"] = random => new RandomStrategy(random),
        ["Failover"] = _ => new FailoverStrategy(),
        ["SenderHash"] = _ => new SenderHashStrategy(),
        ["RecipientHash"] = _ => new RecipientHashStrategy(),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>In alphabetical order, for messages to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Strategies.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A new instance for a group.</summary>
    /// <exception cref="ArgumentException">The name is unknown; the text lists the known ones. The validator finds it first.</exception>
    /// <param name="name">As configurations write it.</param>
    /// <param name="random">Chance, for the strategies that draw; safe for many threads.</param>
    public static ILoadBalancingStrategy Create(string name, Random random) =>
        Strategies.TryGetValue(name, out var create)
            ? create(random)
            : throw new ArgumentException($"'{name}' is not a strategy; known are {string.Join(", ", Names)}.", nameof(name));
}
