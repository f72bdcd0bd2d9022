using System.Collections.Frozen;

namespace Relay.Core.Dispatch.LoadBalancing;

/// <summary>The strategies by the names configurations use. A new one is a file beside this one and a line here.</summary>
internal static class StrategyRegistry
{
    private static readonly FrozenDictionary<string, Func<ILoadBalancingStrategy>> Strategies = new Dictionary<
        string,
        Func<ILoadBalancingStrategy>
    >(StringComparer.OrdinalIgnoreCase)
    {
        ["RoundRobin"] = () => new RoundRobinStrategy(),
        ["LeastConnections"] = () => new LeastConnectionsStrategy(),
        ["IpHash"] = () => new IpHashStrategy(),
        ["Failover"] = () => new FailoverStrategy(),
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    /// <summary>In alphabetical order, for messages to people.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Strategies.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A new instance for a group.</summary>
    /// <exception cref="ArgumentException">The name is unknown; the text lists the known ones. The validator finds it first.</exception>
    public static ILoadBalancingStrategy Create(string name) =>
        Strategies.TryGetValue(name, out var create)
            ? create()
            : throw new ArgumentException($"'{name}' is not a strategy; known are {string.Join(", ", Names)}.", nameof(name));
}
