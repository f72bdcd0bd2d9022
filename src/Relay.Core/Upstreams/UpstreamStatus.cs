using Relay.Core.Upstreams.Agent;
using Relay.Core.Upstreams.Health;

namespace Relay.Core.Upstreams;

/// <summary>The state of a server as the API, the page, the commands and the metrics show it. Each state but <see cref="Healthy"/> has its reason.</summary>
/// <param name="State">One of <see cref="States"/>.</param>
/// <param name="Reason">Empty while healthy.</param>
/// <param name="Since">Since when; null where nobody has written it down.</param>
internal sealed record UpstreamStatus(string State, string Reason, DateTimeOffset? Since)
{
    public const string Healthy = "healthy";
    public const string Unhealthy = "unhealthy";
    public const string Ejected = "ejected";
    public const string SlowStart = "slowStart";
    public const string Throttled = "throttled";
    public const string Draining = "draining";
    public const string Maintenance = "maintenance";

    /// <summary>All that there are.</summary>
    public static IReadOnlyList<string> States { get; } = [Healthy, Unhealthy, Ejected, SlowStart, Throttled, Draining, Maintenance];

    /// <summary>Without a look at whether an operator has drained it. Throttled is not unhealthy, and is shown as what it is.</summary>
    /// <param name="health">Whether it works.</param>
    /// <param name="throttled">What it asked for, while that holds mail back; empty otherwise.</param>
    /// <param name="dots">Replies that are due.</param>
    public static UpstreamStatus Of(UpstreamHealth health, string throttled, DotWatch dots) =>
        health.State switch
        {
            UpstreamState.Ejected => new UpstreamStatus(Ejected, health.Reason, health.Since),
            UpstreamState.Unhealthy => new UpstreamStatus(Unhealthy, health.Reason, health.Since),
            _ when dots.IsOverdue => new UpstreamStatus(Unhealthy, "a final dot has not been answered for 60 s", null),
            _ when throttled.Length > 0 => new UpstreamStatus(Throttled, throttled, null),
            UpstreamState.SlowStart => new UpstreamStatus(SlowStart, health.Reason, health.Since),
            _ => new UpstreamStatus(Healthy, "", health.Since),
        };

    /// <summary>Drained by hand; what is behind it is worth knowing before it is resumed.</summary>
    public static UpstreamStatus Drained(UpstreamStatus behind, HandWish wish) =>
        Before(behind, Draining, wish.DrainedOn is { } node ? $"drained by hand on node {node}" : "drained by hand", wish.DrainedAt);

    /// <summary>Kept back by its agent.</summary>
    public static UpstreamStatus ByAgent(AgentReport report, UpstreamStatus behind) =>
        Before(
            behind,
            report.Mode == AgentMode.Maintenance ? Maintenance
                : report.IsUp ? Draining
                : Unhealthy,
            report.WhyKeptBack,
            report.Since
        );

    private static UpstreamStatus Before(UpstreamStatus behind, string state, string reason, DateTimeOffset? since)
    {
        var more = behind.State == Healthy ? "" : $"; otherwise {behind.State}: {behind.Reason}";
        return new UpstreamStatus(state, reason + more, since);
    }
}
