using static Relay.Tests.Monitoring.AlertSeries;

namespace Relay.Tests.Monitoring;

/// <summary>Servers that fail, or soon will.</summary>
internal static class ServerAlerts
{
    public static AlertRule[] All =>
        [
            new(
                "RelayUpstreamOut",
                "sum by (instance, job, group, upstream) (relay_upstream_state{state=~\"ejected|unhealthy\"}) > 0",
                "10m",
                "warning",
                "The upstream {{ $labels.group }}/{{ $labels.upstream }} has been out of use for ten minutes",
                "relay upstream list shows the reason; relay check --probe tries it"
            )
            {
                Fires = [(State("ejected"), "1x60")],
                IsQuiet = [(State("ejected"), "0x50 1x9")],
                Labels = OfUpstream,
            },
            new(
                "RelayUpstreamFailing",
                "sum by (instance, job, group, upstream) (rate(relay_deliveries_total{outcome=\"failed\"}[10m])) > 0.2 * sum by (instance, job, group, upstream) (rate(relay_deliveries_total[10m]))",
                "10m",
                "warning",
                "More than a fifth of the attempts at {{ $labels.group }}/{{ $labels.upstream }} break off",
                "relay upstream list shows the last reason; the log each attempt"
            )
            {
                Fires = [(Deliveries("failed"), "0+30x60"), (Deliveries("delivered"), "0+60x60")],
                IsQuiet = [(Deliveries("failed"), "0+1x60"), (Deliveries("delivered"), "0+60x60")],
                Labels = OfUpstream,
            },
            new(
                "RelayRateNearlyUsedUp",
                "relay_upstream_rate_used{window=~\"h|day\"} > 0.9 * relay_upstream_rate_limit{window=~\"h|day\"}",
                "5m",
                "warning",
                "The {{ $labels.window }} rate of {{ $labels.group }}/{{ $labels.upstream }} is nearly used up",
                "Mail will go to other upstreams or wait; raise the rate, add an account, or find out who sends so much"
            )
            {
                Fires = [(Rate("limit"), "1000x60"), (Rate("used"), "950x60")],
                IsQuiet = [(Rate("limit"), "1000x60"), (Rate("used"), "500x60")],
                Labels = [.. OfUpstream, ("of", "messages"), ("window", "day")],
            },
            new(
                "RelayDiscoveryTrouble",
                "relay_discovery_trouble == 1",
                "10m",
                "warning",
                "The servers of {{ $labels.group }}/{{ $labels.upstream }} cannot be looked up",
                "The last answer is kept for a while; the log says what the name server said"
            )
            {
                Fires = [(Upstream("relay_discovery_trouble"), "1x60")],
                IsQuiet = [(Upstream("relay_discovery_trouble"), "0x60")],
                Labels = OfUpstream,
            },
        ];
}
