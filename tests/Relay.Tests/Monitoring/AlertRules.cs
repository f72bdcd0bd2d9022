namespace Relay.Tests.Monitoring;

/// <summary>What an operator should be told of, by the names of the metrics (docs/metrics.md).</summary>
internal static class AlertRules
{
    public static IReadOnlyList<AlertRule> All { get; } =
    [.. ReachabilityAlerts.All, .. ServerAlerts.All, .. QueueAlerts.All, .. ClientAlerts.All, .. OwnAlerts.All];
}
