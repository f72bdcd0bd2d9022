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

    /// <summary>Silent servers are checked, more or less often.</summary>
    public static RelayOptions WithChecks(RelayOptions options, Random random)
    {
        var health = options.Groups["default"].Health with
        {
            Interval = TimeSpan.FromSeconds(random.Next(1, 16)),
            Timeout = TimeSpan.FromSeconds(random.Next(1, 6)),
            Fall = random.Next(1, 4),
            Rise = random.Next(1, 4),
        };
        return With(options, options.Groups.Keys.Select(name => (name, options.Groups[name] with { Health = health })));
    }

    /// <summary>Messages are kept; all times are short.</summary>
    public static RelayOptions WithSpool(RelayOptions options, Random random) =>
        options with
        {
            Delivery = options.Delivery with
            {
                Accept = random.Next(2) == 0 ? AcceptMode.Hybrid : AcceptMode.Queue,
                InlineBudget = TimeSpan.FromSeconds(random.Next(2, 16)),
                UncertainDelay = TimeSpan.FromMinutes(1),
            },
            Retry = options.Retry with { Schedule = [TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(1)] },
        };

    /// <summary>A second group for the recipients of one domain.</summary>
    public static RelayOptions WithOtherGroup(RelayOptions options, Random random)
    {
        var upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase);
        for (var left = random.Next(1, 4); left > 0; left--)
        {
            upstreams[string.Create(CultureInfo.InvariantCulture, $"v{left}")] = Upstream(random, isFirst: upstreams.Count == 0);
        }

        var routes = new List<RouteOptions>
        {
            new() { To = $"*@{OtherDomain}", Group = OtherName },
            new() { Group = "default" },
        };
        return With(options, [(OtherName, options.Groups["default"] with { Upstreams = upstreams })]) with { Routes = routes };
    }

    public const string OtherName = "other";

    public const string OtherDomain = "other.test";

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
        return With(before, [("default", group)]);
    }

    private static RelayOptions With(RelayOptions options, IEnumerable<(string Name, GroupOptions Group)> changed)
    {
        var groups = new Dictionary<string, GroupOptions>(options.Groups, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, group) in changed.ToList())
        {
            groups[name] = group;
        }

        return options with
        {
            Groups = groups,
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
