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
