using Relay.Admin;
using Relay.Core.Configuration;

namespace Relay.Cli.Planning;

/// <summary>Makes of a configuration, and of what a running relay has measured, what can be planned with.</summary>
/// <param name="replySeconds">Assumed where nothing was measured.</param>
/// <param name="recipients">Of a message on average: rates of recipients are divided by it.</param>
internal sealed class PlanInput(double replySeconds, double recipients)
{
    /// <param name="name">Of the group.</param>
    /// <param name="options">The whole configuration.</param>
    /// <param name="measured">Upstreams of the running relay; empty when none runs.</param>
    public PlanGroup GroupOf(string name, RelayOptions options, IReadOnlyList<UpstreamItem> measured)
    {
        var group = options.Groups[name];
        var items = measured.Where(item => string.Equals(item.Group, name, StringComparison.OrdinalIgnoreCase)).ToList();
        var servers = group
            .Upstreams.SelectMany(upstream => ServersOf(upstream.Key, upstream.Value, items))
            .OrderBy(static server => server.Tier)
            .ThenBy(static server => server.Name, StringComparer.OrdinalIgnoreCase);
        return new PlanGroup(name, group.Strategy, group.SpillAt is not null, options.Delivery.Accept != AcceptMode.Proxy, [.. servers]);
    }

    /// <summary>An upstream that is looked up has as many servers as the running relay has found, which share its rates; else it counts as one.</summary>
    private IEnumerable<PlanServer> ServersOf(string name, UpstreamOptions options, List<UpstreamItem> items)
    {
        var isLookedUp = options.Discover != UpstreamDiscovery.None;
        var found = items.Where(item => IsMember(item.Name, name, isLookedUp)).ToList();
        return found.Count == 0
            ? [ServerOf(name, options, null, 1)]
            : found.Select(item => ServerOf(item.Name, options, item, isLookedUp ? found.Count : 1));
    }

    private static bool IsMember(string member, string name, bool isLookedUp) =>
        string.Equals(member, name, StringComparison.OrdinalIgnoreCase)
        || (isLookedUp && member.StartsWith($"{name}-", StringComparison.OrdinalIgnoreCase));

    private PlanServer ServerOf(string name, UpstreamOptions options, UpstreamItem? item, int sharers)
    {
        var isMeasured = item is { LatencyMs: > 0 };
        var rates = RatesOf(options).ToList();
        return new PlanServer
        {
            Name = name,
            Tier = item?.Priority ?? options.Tier,
            Weight = item?.Weight ?? options.Weight,
            Connections = options.Connections,
            ReplySeconds = isMeasured ? item!.LatencyMs / 1000 : replySeconds,
            IsMeasured = isMeasured,
            // A quota of an hour or a day may be used up in minutes: it bounds what comes in that time, not the peak.
            MostPerSecond = Least(UpTo(TimeSpan.FromMinutes(1), rates), TimeSpan.FromSeconds(1)) / sharers,
            MostPerHour = Least(UpTo(TimeSpan.FromHours(1), rates), TimeSpan.FromHours(1)) / sharers,
            MostPerDay = Least(rates, TimeSpan.FromDays(1)) / sharers,
        };
    }

    /// <summary>Limits in messages, whatever they are counted in.</summary>
    private IEnumerable<(double Limit, TimeSpan Window)> RatesOf(UpstreamOptions options) =>
        Parsed(options.Rates)
            .Select(static rate => ((double)rate.Limit, rate.Window))
            .Concat(Parsed(options.RecipientRates).Select(rate => (rate.Limit / recipients, rate.Window)));

    private static IEnumerable<Rate> Parsed(IEnumerable<string> rates) =>
        rates.Select(static text => Rate.TryParse(text, out var rate) ? rate : null).OfType<Rate>();

    /// <summary>What the tightest of some limits allows in a window.</summary>
    private static double Least(IEnumerable<(double Limit, TimeSpan Window)> rates, TimeSpan window) =>
        rates.Select(rate => rate.Limit * (window / rate.Window)).DefaultIfEmpty(double.PositiveInfinity).Min();

    private static IEnumerable<(double Limit, TimeSpan Window)> UpTo(TimeSpan window, IEnumerable<(double Limit, TimeSpan Window)> rates) =>
        rates.Where(rate => rate.Window <= window);
}
