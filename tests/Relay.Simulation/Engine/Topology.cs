using System.Globalization;
using Relay.Core.Configuration;
using Relay.Core.Dispatch.LoadBalancing;

namespace Relay.Simulation.Engine;

/// <summary>The configuration of a world, made of its seed.</summary>
internal static class Topology
{
    public static RelayOptions Create(Random random)
    {
        var upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase);
        var count = random.Next(1, 5);
        for (var index = 0; index < count; index++)
        {
            upstreams[string.Create(CultureInfo.InvariantCulture, $"u{index}")] = Upstream(random, isFirst: index == 0);
        }

        var group = new GroupOptions
        {
            Strategy = StrategyRegistry.Names[random.Next(StrategyRegistry.Names.Count)],
            Refused = random.Next(2) == 0 ? RefusedHandling.Final : RefusedHandling.TryNext,
            Upstreams = upstreams,
            Health = new HealthOptions
            {
                ConsecutiveFailures = random.Next(1, 6),
                EjectionTime = TimeSpan.FromSeconds(random.Next(1, 31)),
                SlowStart = TimeSpan.FromSeconds(random.Next(0, 31)),
            },
        };
        return new RelayOptions
        {
            HostName = "relay.test",
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase) { ["default"] = group },
        };
    }

    /// <summary>The same group after a reload: members come, go, and change their weight, tier, bounds and address.</summary>
    public static RelayOptions Change(RelayOptions before, IEnumerable<string> names, Random random)
    {
        var upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase);
        foreach (var name in names)
        {
            // One is always there: a group has at least one member.
            if (upstreams.Count == 0 || random.Next(3) > 0)
            {
                var address = random.Next(4) == 0 ? "moved.test:25" : "sim.test:25";
                upstreams[name] = Upstream(random, isFirst: upstreams.Count == 0) with { Address = address };
            }
        }

        var group = before.Groups["default"] with
        {
            Strategy = StrategyRegistry.Names[random.Next(StrategyRegistry.Names.Count)],
            Upstreams = upstreams,
        };
        return before with { Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase) { ["default"] = group } };
    }

    private static UpstreamOptions Upstream(Random random, bool isFirst) =>
        new()
        {
            Address = "sim.test:25",
            Tls = UpstreamTls.None,
            Weight = random.Next(1, 4),
            Priority = isFirst ? 0 : random.Next(3),
            Connections = random.Next(1, 4),
            MessagesPerConnection = random.Next(1, 6),
            ConnectionIdle = TimeSpan.FromSeconds(random.Next(1, 31)),
            DotTimeout = TimeSpan.FromSeconds(random.Next(20, 120)),
        };
}
