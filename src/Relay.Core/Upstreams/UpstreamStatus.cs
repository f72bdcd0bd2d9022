using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;

namespace Relay.Core.Upstreams;

/// <summary>The state of a server as the API and the page show it. Each state but <c>healthy</c> has its reason.</summary>
/// <param name="State"><c>healthy</c>, <c>unhealthy</c>, <c>ejected</c>, <c>slowStart</c>, <c>throttled</c> or <c>draining</c>.</param>
/// <param name="Reason">Empty while healthy.</param>
/// <param name="Since">Since when; null where nobody has written it down.</param>
internal sealed record UpstreamStatus(string State, string Reason, DateTimeOffset? Since)
{
    private const string Healthy = "healthy";

    /// <summary>Without a look at whether an operator has drained it. Throttled is not unhealthy, and is shown as what it is.</summary>
    public static UpstreamStatus Of(UpstreamHealth health, UpstreamPace pace, DotWatch dots) =>
        health.State switch
        {
            UpstreamState.Ejected => new UpstreamStatus("ejected", health.Reason, health.Since),
            UpstreamState.Unhealthy => new UpstreamStatus("unhealthy", health.Reason, health.Since),
            _ when dots.IsOverdue => new UpstreamStatus("unhealthy", "a final dot has not been answered for 60 s", null),
            _ when pace.Reason is { Length: > 0 } reason => new UpstreamStatus("throttled", reason, null),
            UpstreamState.SlowStart => new UpstreamStatus("slowStart", health.Reason, health.Since),
            _ => new UpstreamStatus(Healthy, "", health.Since),
        };

    /// <summary>Drained by hand; what is behind it is worth knowing before it is resumed.</summary>
    public static UpstreamStatus Draining(UpstreamStatus behind, DateTimeOffset since)
    {
        var more = behind.State == Healthy ? "" : $"; otherwise {behind.State}: {behind.Reason}";
        return new UpstreamStatus("draining", $"drained by hand{more}", since);
    }
}
