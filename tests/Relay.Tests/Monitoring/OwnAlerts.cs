using static Relay.Tests.Monitoring.AlertSeries;

namespace Relay.Tests.Monitoring;

/// <summary>Relay itself: what is configured, and who hears of it.</summary>
internal static class OwnAlerts
{
    public static AlertRule[] All =>
        [
            new(
                "RelayCertificateExpires",
                "relay_certificate_expiry_seconds - time() < 14 * 86400",
                "1h",
                "warning",
                "A certificate that {{ $labels.instance }} shows to clients ends in less than two weeks",
                "Tls:Certificates, counted from 0; a renewed file is taken over at once"
            )
            {
                Fires = [("relay_certificate_expiry_seconds{certificate=\"0\"," + Here + "}", "1000000x120")],
                IsQuiet = [("relay_certificate_expiry_seconds{certificate=\"0\"," + Here + "}", "9000000x120")],
                Labels = [.. OfInstance, ("certificate", "0")],
                At = "120m",
            },
            new(
                "RelayConfigurationRefused",
                "relay_configuration_refused == 1",
                "5m",
                "warning",
                "A changed configuration on {{ $labels.instance }} was not taken over",
                "relay check; the next start would fail, or run with something else"
            )
            {
                Fires = [("relay_configuration_refused{" + Here + "}", "1x60")],
                IsQuiet = [("relay_configuration_refused{" + Here + "}", "0x60")],
                Labels = OfInstance,
            },
            new(
                "RelayWebhookFailing",
                "sum by (instance, job, webhook) (increase(relay_webhook_events_total{outcome=~\"failed|dropped\"}[1h])) > 0",
                "0m",
                "warning",
                "The webhook {{ $labels.webhook }} misses events",
                "The log says what its receiver answered"
            )
            {
                Fires = [("relay_webhook_events_total{outcome=\"failed\",webhook=\"ops\"," + Here + "}", "0x30 1x30")],
                IsQuiet = [("relay_webhook_events_total{outcome=\"delivered\",webhook=\"ops\"," + Here + "}", "0+1x60")],
                Labels = [.. OfInstance, ("webhook", "ops")],
            },
            new(
                "RelayPickupRefused",
                "increase(relay_pickup_files_total{outcome=\"refused\"}[1h]) > 0",
                "0m",
                "warning",
                "Files of the pickup folder on {{ $labels.instance }} could not be sent",
                "They are in its folder bad, each with its reason beside it"
            )
            {
                Fires = [("relay_pickup_files_total{outcome=\"refused\"," + Here + "}", "0x30 1x30")],
                IsQuiet = [("relay_pickup_files_total{outcome=\"refused\"," + Here + "}", "4x60")],
                Labels = [.. OfInstance, ("outcome", "refused")],
            },
            new(
                "RelayLogDiscarded",
                "increase(relay_log_discarded_total[10m]) > 0",
                "0m",
                "warning",
                "Log lines on {{ $labels.instance }} are missing",
                "Whoever reads the output of Relay cannot keep up; mail goes on"
            )
            {
                Fires = [("relay_log_discarded_total{" + Here + "}", "0+100x60")],
                IsQuiet = [("relay_log_discarded_total{" + Here + "}", "100x60")],
                Labels = OfInstance,
            },
        ];
}
