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
    /// <param name="options">What is in force.</param>
    /// <param name="origins">Where each key comes from, by its full name.</param>
    public static ConfigurationSummary Of(RelayOptions options, IReadOnlyDictionary<string, string> origins) =>
        new(
            [.. options.Listeners.Select(listener => new ListenerSummary(listener.Key, listener.Value.Address))],
            [.. options.Groups.Select(group => GroupOf(group.Key, group.Value, origins))],
            options.Routes
        );

    private static GroupSummary GroupOf(string name, GroupOptions options, IReadOnlyDictionary<string, string> origins)
    {
        var tiers = options
            .Upstreams.GroupBy(upstream => upstream.Value.Tier, upstream => UpstreamOf(name, upstream.Key, upstream.Value, origins))
            .OrderBy(tier => tier.Key)
            .Select(tier => new TierSummary(tier.Key, [.. tier.OrderBy(upstream => upstream.Name, StringComparer.Ordinal)]));
        return new GroupSummary(name, options.Strategy, [.. tiers]);
    }

    private static UpstreamSummary UpstreamOf(
        string group,
        string name,
        UpstreamOptions upstream,
        IReadOnlyDictionary<string, string> origins
    ) =>
        new(
            name,
            AddressOf(upstream),
            upstream.Weight,
            upstream.Connections,
            upstream.Agent,
            upstream.SenderPatterns,
            PresetSettings.Of($"Relay:Groups:{group}:Upstreams:{name}", upstream, origins)
        );

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
/// <param name="SenderPatterns">Whose mail it takes; empty for everybody's.</param>
/// <param name="Settings">What its preset sets, as it is in force; empty where it has none.</param>
internal sealed record UpstreamSummary(
    string Name,
    string Address,
    int Weight,
    int Connections,
    string? Agent,
    IReadOnlyList<string> SenderPatterns,
    IReadOnlyList<SettingSummary> Settings
);

/// <param name="Name">The key below that of the upstream.</param>
/// <param name="Value">In force.</param>
/// <param name="From">Where it comes from: <c>file</c>, <c>environment</c>, <c>command line</c> or <c>preset NAME</c>.</param>
internal sealed record SettingSummary(string Name, string Value, string From);
