using Relay.Core.Configuration;
using RouteOptions = Relay.Core.Configuration.RouteOptions;

namespace Relay.Cli;

/// <summary>What a configuration comes to: where mail comes in, which group takes it, and who is balanced over whom. Holds no secrets.</summary>
internal sealed record ConfigurationSummary(
    IReadOnlyList<ListenerSummary> Listeners,
    IReadOnlyList<GroupSummary> Groups,
    IReadOnlyList<RouteOptions> Routes
)
{
    public static ConfigurationSummary Of(RelayOptions options) =>
        new(
            [.. options.Listeners.Select(listener => new ListenerSummary(listener.Key, listener.Value.Address))],
            [.. options.Groups.Select(group => GroupOf(group.Key, group.Value))],
            options.Routes
        );

    private static GroupSummary GroupOf(string name, GroupOptions options)
    {
        var tiers = options
            .Upstreams.GroupBy(upstream => upstream.Value.Tier, upstream => UpstreamOf(upstream.Key, upstream.Value))
            .OrderBy(tier => tier.Key)
            .Select(tier => new TierSummary(tier.Key, [.. tier.OrderBy(upstream => upstream.Name, StringComparer.Ordinal)]));
        return new GroupSummary(name, options.Strategy, [.. tiers]);
    }

    private static UpstreamSummary UpstreamOf(string name, UpstreamOptions upstream) =>
        new(name, AddressOf(upstream), upstream.Weight, upstream.Connections, upstream.Agent);

    private static string AddressOf(UpstreamOptions upstream) =>
        upstream.Kind == UpstreamKind.Capture ? "Capture"
        : upstream.Discover == UpstreamDiscovery.None ? upstream.Address
        : $"{upstream.Discover} {upstream.Address}";
}

internal sealed record ListenerSummary(string Name, string Address);

internal sealed record GroupSummary(string Name, string Strategy, IReadOnlyList<TierSummary> Tiers);

/// <param name="Priority">0 is used first.</param>
internal sealed record TierSummary(int Priority, IReadOnlyList<UpstreamSummary> Upstreams);

/// <param name="Agent">Its address; null where there is none.</param>
internal sealed record UpstreamSummary(string Name, string Address, int Weight, int Connections, string? Agent);
