namespace Relay.Tests.Monitoring;

/// <summary>What the dashboard of Grafana shows, row by row.</summary>
internal static class Panels
{
    private const string Of = "{job=~\"$job\",instance=~\"$instance\"}";

    public static IReadOnlyList<(string Row, Panel[] Panels)> Rows { get; } =
    [("Now", Now()), ("Mail", Mail()), ("Upstreams", Upstreams()), ("Queue", Queue()), ("Clients", Clients()), ("Process", Process())];

    private static Panel[] Now() =>
        [
            Stat(
                "Messages per second",
                "reqps",
                $"sum(rate(relay_messages_received_total{With("outcome=\"accepted\"")}[$__rate_interval]))"
            ),
            Stat("Waiting", "short", $"sum(relay_queue_messages{With("state=\"waiting\"")})"),
            Stat("Oldest", "s", $"max(relay_queue_oldest_seconds{Of})"),
            Stat("Upstreams out of use", "short", $"sum(relay_upstream_state{With("state=~\"ejected|unhealthy\"")})"),
        ];

    private static Panel[] Mail() =>
        [
            new(
                "Messages of clients",
                "reqps",
                ($"sum by (outcome) (rate(relay_messages_received_total{Of}[$__rate_interval]))", "{{outcome}}")
            ),
            new(
                "Time to the answer",
                "s",
                (Quantile(0.5, "relay_answer_duration_seconds", "le"), "half"),
                (Quantile(0.95, "relay_answer_duration_seconds", "le"), "95 %"),
                (Quantile(0.99, "relay_answer_duration_seconds", "le"), "99 %")
            ),
            new(
                "Bytes",
                "Bps",
                ($"sum(rate(relay_received_bytes_total{Of}[$__rate_interval]))", "received"),
                ($"sum(rate(relay_sent_bytes_total{Of}[$__rate_interval]))", "sent")
            ),
            new(
                "Not delivered",
                "short",
                ($"sum(increase(relay_bounces_total{Of}[1h]))", "bounces an hour"),
                ($"sum by (reason) (increase(relay_recipients_failed_total{Of}[1h]))", "recipients {{reason}} an hour"),
                ($"sum(increase(relay_uncertain_total{Of}[1h]))", "uncertain an hour")
            ),
        ];

    private static Panel[] Upstreams() =>
        [
            new(
                "Delivered",
                "reqps",
                (
                    $"sum by (group, upstream) (rate(relay_deliveries_total{With("outcome=\"delivered\"")}[$__rate_interval]))",
                    "{{group}}/{{upstream}}"
                )
            ),
            new(
                "Not accepted",
                "reqps",
                (
                    $"sum by (group, upstream, outcome) (rate(relay_deliveries_total{With("outcome!=\"delivered\"")}[$__rate_interval]))",
                    "{{group}}/{{upstream}} {{outcome}}"
                )
            ),
            new("State", "short", ($"sum by (group, upstream, state) (relay_upstream_state{Of}) > 0", "{{group}}/{{upstream}} {{state}}")),
            new(
                "Time of a delivery, 95 %",
                "s",
                (Quantile(0.95, "relay_delivery_duration_seconds", "le, group, upstream, phase"), "{{group}}/{{upstream}} {{phase}}")
            ),
            new(
                "Deliveries under way",
                "short",
                ($"sum by (group, upstream) (relay_upstream_in_flight{Of})", "{{group}}/{{upstream}}"),
                ($"sum by (group, upstream) (relay_upstream_connections_limit{Of})", "{{group}}/{{upstream}} may have"),
                ($"sum by (group) (relay_group_waiting{Of})", "{{group}}: waiting for room")
            ),
            new(
                "Connections",
                "short",
                ($"sum by (group, upstream, state) (relay_upstream_connections{Of})", "{{group}}/{{upstream}} {{state}}")
            ),
            new(
                "Pace",
                "short",
                (
                    $"sum by (group, upstream) (increase(relay_upstream_throttled_total{Of}[$__rate_interval]))",
                    "{{group}}/{{upstream}} asked for less"
                ),
                (
                    $"max by (group, upstream, of, window) (relay_upstream_rate_used{Of} / relay_upstream_rate_limit{Of})",
                    "{{group}}/{{upstream}} {{of}} a {{window}} used"
                )
            )
            {
                Description = "Rates show as the share of them that is used.",
            },
            new("Weight", "short", ($"sum by (group, upstream) (relay_upstream_weight{Of})", "{{group}}/{{upstream}}")),
        ];

    private static Panel[] Queue() =>
        [
            new("Messages in the spool", "short", ($"sum by (state) (relay_queue_messages{Of})", "{{state}}")),
            new("Age of the oldest", "s", ($"max by (instance) (relay_queue_oldest_seconds{Of})", "{{instance}}")),
            new("Size", "bytes", ($"sum by (instance) (relay_spool_size_bytes{Of})", "{{instance}}")),
            new("Usable", "short", ($"min by (instance) (relay_spool_usable{Of})", "{{instance}}")),
        ];

    private static Panel[] Clients() =>
        [
            new(
                "Sessions",
                "short",
                ($"sum by (instance) (relay_sessions{Of})", "{{instance}}"),
                ($"sum by (instance) (relay_sessions_limit{Of})", "{{instance}} may have")
            ),
            new("Connections", "reqps", ($"sum by (outcome) (rate(relay_connections_total{Of}[$__rate_interval]))", "{{outcome}}")),
            new("TLS handshakes", "reqps", ($"sum by (outcome) (rate(relay_tls_handshakes_total{Of}[$__rate_interval]))", "{{outcome}}")),
            new("Logins", "reqps", ($"sum by (outcome) (rate(relay_logins_total{Of}[$__rate_interval]))", "{{outcome}}")),
        ];

    private static Panel[] Process() =>
        [
            new(
                "Memory",
                "bytes",
                ($"sum by (instance) (dotnet_process_memory_working_set_bytes{Of})", "{{instance}} process"),
                ($"sum by (instance) (relay_memory_used_bytes{Of})", "{{instance}} message bodies"),
                ($"sum by (instance) (relay_memory_limit_bytes{Of})", "{{instance}} message bodies may have")
            ),
            new(
                "CPU",
                "percentunit",
                ($"sum by (instance) (rate(dotnet_process_cpu_time_seconds_total{Of}[$__rate_interval]))", "{{instance}}")
            ),
            new(
                "Version",
                "short",
                ($"sum by (instance, version) (relay_build_info{Of})", "{{instance}} {{version}}"),
                ($"max by (instance) (relay_configuration_refused{Of})", "{{instance}} configuration refused")
            ),
            new(
                "Log lines lost",
                "short",
                ($"sum by (instance) (increase(relay_log_discarded_total{Of}[$__rate_interval]))", "{{instance}}")
            ),
        ];

    private static Panel Stat(string title, string unit, string query) => new(title, unit, (query, "")) { Kind = "stat" };

    private static string With(string label) => $"{{job=~\"$job\",instance=~\"$instance\",{label}}}";

    private static string Quantile(double share, string histogram, string by) =>
        FormattableString.Invariant($"histogram_quantile({share}, sum by ({by}) (rate({histogram}_bucket{Of}[$__rate_interval])))");
}
