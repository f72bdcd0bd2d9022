using Relay.Core.Configuration;
using Relay.Core.Upstreams;

namespace Relay.Admin;

/// <summary>One upstream, its state and its counters, as the API shows them.</summary>
internal sealed record UpstreamItem
{
    public required string Group { get; init; }

    public required string Name { get; init; }

    /// <summary><c>Capture</c> for an embedded mailbox.</summary>
    public required string Address { get; init; }

    /// <summary><c>healthy</c>, <c>unhealthy</c>, <c>ejected</c>, <c>slowStart</c>, <c>throttled</c>, <c>draining</c> or <c>maintenance</c>.</summary>
    public required string State { get; init; }

    /// <summary>Why it is in that state; empty while healthy.</summary>
    public required string Reason { get; init; }

    /// <summary>Since when; null where it is not known.</summary>
    public required DateTimeOffset? Since { get; init; }

    /// <summary>Name of the node on whose word alone it is ejected; null where this one has seen it itself.</summary>
    public string? EjectedBy { get; init; }

    public required int Weight { get; init; }

    /// <summary>What its agent says, as in <c>75%, up</c>; null where it has none.</summary>
    public required string? Agent { get; init; }

    /// <summary>Percent of the weight that its agent leaves it; 100 without an agent.</summary>
    public required int AgentPercent { get; init; }

    /// <summary>Whether its tier is not the first.</summary>
    public required bool Backup { get; init; }

    public required int Priority { get; init; }

    public required int InFlight { get; init; }

    /// <summary>Open connections, idle ones included.</summary>
    public required int Connections { get; init; }

    public required int Idle { get; init; }

    public required long Delivered { get; init; }

    public required long Deferred { get; init; }

    public required long Rejected { get; init; }

    /// <summary>Broken off before the final dot.</summary>
    public required long Failed { get; init; }

    /// <summary>The final dot was not answered.</summary>
    public required long Uncertain { get; init; }

    /// <summary>Messages a second that it is thought to take; null while it has not asked for less.</summary>
    public required double? LearnedPerSecond { get; init; }

    /// <summary>New connections a second that it is thought to take; null while it has not asked for fewer.</summary>
    public required double? LoginsPerSecond { get; init; }

    /// <summary>The time before which it wants no mail; null when it named none.</summary>
    public required DateTimeOffset? NotBefore { get; init; }

    /// <summary>Replies by which it asked for less mail.</summary>
    public required long Throttled { get; init; }

    /// <summary>Moving average of the time of a delivery; 0 before the first.</summary>
    public required double LatencyMs { get; init; }

    /// <summary>
    /// Messages a second that its rates allow in the long run, all servers of the upstream together, or that it is thought to take, whichever is less; null where neither is known.
    /// </summary>
    public required double? PacePerSecond { get; init; }

    /// <summary>Its rates, and what is used of them now.</summary>
    public required IReadOnlyList<PaceItem> Pace { get; init; }

    /// <summary>All upstreams, in the order of group, tier and name.</summary>
    public static IReadOnlyList<UpstreamItem> All(TopologyManager topology) =>
        [
            .. topology
                .Current.Groups.Values.OrderBy(group => group.Name, StringComparer.OrdinalIgnoreCase)
                .SelectMany(group => group.Members)
                .Select(Of),
        ];

    private static double? Rounded(double? perSecond) => perSecond is { } rate ? Math.Round(rate, 3) : null;

    /// <summary>As it is now.</summary>
    public static UpstreamItem Of(UpstreamServer server)
    {
        var status = server.Status;
        return new UpstreamItem
        {
            Group = server.GroupName,
            Name = server.Name,
            Address = server.Options.Kind == UpstreamKind.Capture ? nameof(UpstreamKind.Capture) : server.Options.Address,
            State = status.State,
            Reason = status.Reason,
            Since = status.Since,
            EjectedBy = server.Health.EjectedBy?.Name,
            Weight = server.Weight,
            Agent = server.Options.Agent is null ? null : server.Agent.Report.ToString(),
            AgentPercent = server.Agent.Report.Percent,
            Backup = server.Tier > 0,
            Priority = server.Tier,
            InFlight = server.Load.InFlight,
            Connections = server.Pool?.Open ?? 0,
            Idle = server.Pool?.Idle ?? 0,
            Delivered = server.Load.Delivered,
            Deferred = server.Load.Deferred,
            Rejected = server.Load.Rejected,
            Failed = server.Load.Failed,
            Uncertain = server.Load.Uncertain,
            LearnedPerSecond = Rounded(server.Pace.Learned),
            LoginsPerSecond = Rounded(server.Pool?.Logins.PerSecond),
            NotBefore = server.Pace.NotBefore,
            Throttled = server.Pace.Refusals,
            LatencyMs = Math.Round(server.Load.LatencyMs, 1),
            PacePerSecond = server.Pace.PerSecond is { } pace ? Math.Round(pace, 4) : null,
            Pace = [.. server.Pace.Readings.Select(PaceItem.Of)],
        };
    }
}
