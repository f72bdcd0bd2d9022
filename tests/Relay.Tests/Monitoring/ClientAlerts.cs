using static Relay.Tests.Monitoring.AlertSeries;

namespace Relay.Tests.Monitoring;

/// <summary>What clients feel, and what they do.</summary>
internal static class ClientAlerts
{
    public static AlertRule[] All =>
        [
            new(
                "RelayDeferringClients",
                "sum by (instance, job) (rate(relay_messages_received_total{outcome=\"deferred\"}[10m])) > 0.1 * sum by (instance, job) (rate(relay_messages_received_total[10m]))",
                "10m",
                "critical",
                "More than a tenth of the messages on {{ $labels.instance }} are put off with 4xx",
                "Nobody in service and no spool, a full spool, or limits; the log has the reply to each"
            )
            {
                Fires = [(Received("deferred"), "0+20x60"), (Received("accepted"), "0+80x60")],
                IsQuiet = [(Received("deferred"), "0+1x60"), (Received("accepted"), "0+80x60")],
                Labels = OfInstance,
            },
            new(
                "RelaySlowAnswers",
                "histogram_quantile(0.95, sum by (instance, job, le) (rate(relay_answer_duration_seconds_bucket[10m]))) > 10",
                "10m",
                "warning",
                "Clients on {{ $labels.instance }} wait for more than ten seconds for their answer",
                "relay top, or the phases of relay_delivery_duration_seconds: queue (too few connections), connect, or transaction (a slow server)"
            )
            {
                Fires = [(Answers("10"), "0+1x60"), (Answers("30"), "0+60x60"), (Answers("+Inf"), "0+60x60")],
                IsQuiet = [(Answers("10"), "0+60x60"), (Answers("30"), "0+60x60"), (Answers("+Inf"), "0+60x60")],
                Labels = OfInstance,
            },
            new(
                "RelayConnectionsNearLimit",
                "relay_sessions > 0.9 * relay_sessions_limit",
                "5m",
                "warning",
                "Nearly all client connections that {{ $labels.instance }} allows are open",
                "Limits:Connections; clients that do not close what they do not use"
            )
            {
                Fires = [("relay_sessions{" + Here + "}", "1900x60"), ("relay_sessions_limit{" + Here + "}", "2000x60")],
                IsQuiet = [("relay_sessions{" + Here + "}", "100x60"), ("relay_sessions_limit{" + Here + "}", "2000x60")],
                Labels = OfInstance,
            },
            new(
                "RelayConnectionsRefused",
                "sum by (instance, job, listener) (increase(relay_connections_total{outcome=~\"too_many|too_many_from_client\"}[10m])) > 10",
                "5m",
                "warning",
                "Connections to the listener {{ $labels.listener }} are refused, since there are too many",
                "The log names the clients; Limits:Connections and Limits:ConnectionsPerClient"
            )
            {
                Fires = [(Listener("relay_connections_total", "too_many_from_client"), "0+5x60")],
                IsQuiet = [(Listener("relay_connections_total", "accepted"), "0+500x60")],
                Labels = OfListener,
            },
            new(
                "RelayLoginsFailing",
                "sum by (instance, job, listener) (increase(relay_logins_total{outcome=~\"failed|locked_out\"}[10m])) > 50",
                "5m",
                "warning",
                "Many logins at the listener {{ $labels.listener }} fail",
                "Somebody guesses passwords, or an application has an old one; the log names the clients"
            )
            {
                Fires = [(Listener("relay_logins_total", "failed"), "0+10x60")],
                IsQuiet = [(Listener("relay_logins_total", "failed"), "0+1x60")],
                Labels = OfListener,
            },
            new(
                "RelayHandshakesFailing",
                "sum by (instance, job, listener) (increase(relay_tls_handshakes_total{outcome=\"failed\"}[10m])) > 20 and sum by (instance, job, listener) (rate(relay_tls_handshakes_total{outcome=\"failed\"}[10m])) > 0.5 * sum by (instance, job, listener) (rate(relay_tls_handshakes_total[10m]))",
                "5m",
                "warning",
                "Most TLS handshakes at the listener {{ $labels.listener }} fail",
                "A certificate that clients do not trust, or that has ended"
            )
            {
                Fires =
                [
                    (Listener("relay_tls_handshakes_total", "failed"), "0+9x60"),
                    (Listener("relay_tls_handshakes_total", "succeeded"), "0+1x60"),
                ],
                IsQuiet =
                [
                    (Listener("relay_tls_handshakes_total", "failed"), "0+9x60"),
                    (Listener("relay_tls_handshakes_total", "succeeded"), "0+90x60"),
                ],
                Labels = OfListener,
            },
        ];
}
