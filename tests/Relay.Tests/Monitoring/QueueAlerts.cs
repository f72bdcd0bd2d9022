using static Relay.Tests.Monitoring.AlertSeries;

namespace Relay.Tests.Monitoring;

/// <summary>Mail that does not go out, or comes back.</summary>
internal static class QueueAlerts
{
    public static AlertRule[] All =>
        [
            new(
                "RelaySpoolUnusable",
                "relay_spool_usable == 0",
                "1m",
                "critical",
                "The spool on {{ $labels.instance }} takes no mail",
                "The log says why: the disk is full or low, a limit of Spool is reached, or the database of the nodes is away"
            )
            {
                Fires = [("relay_spool_usable{" + Here + "}", "0x60")],
                IsQuiet = [("relay_spool_usable{" + Here + "}", "1x60")],
                Labels = OfInstance,
            },
            new(
                "RelayQueueGrowing",
                "relay_queue_messages{state=\"waiting\"} > 100 and deriv(relay_queue_messages{state=\"waiting\"}[15m]) > 0",
                "15m",
                "warning",
                "The queue on {{ $labels.instance }} grows",
                "relay queue list shows what waits and for which reason"
            )
            {
                Fires = [(Rows("waiting"), "0+20x60")],
                IsQuiet = [(Rows("waiting"), "2000-20x60")],
                Labels = [.. OfInstance, ("state", "waiting")],
            },
            new(
                "RelayQueueOld",
                "relay_queue_oldest_seconds > 3600",
                "5m",
                "warning",
                "A message on {{ $labels.instance }} has waited for more than an hour",
                "relay queue list; one domain that is late is no defect of Relay, a group that is out of use is"
            )
            {
                Fires = [("relay_queue_oldest_seconds{" + Here + "}", "4000+60x60")],
                IsQuiet = [("relay_queue_oldest_seconds{" + Here + "}", "600x60")],
                Labels = OfInstance,
            },
            new(
                "RelayMailHeld",
                "relay_queue_messages{state=\"held\"} > 0",
                "30m",
                "warning",
                "Mail on {{ $labels.instance }} waits for a decision of an operator",
                "relay queue list --state held shows the reasons; release, move or delete it"
            )
            {
                Fires = [(Rows("held"), "3x60")],
                IsQuiet = [(Rows("held"), "0x60")],
                Labels = [.. OfInstance, ("state", "held")],
            },
            new(
                "RelayUncertain",
                "increase(relay_uncertain_total[30m]) > 0",
                "0m",
                "warning",
                "Upstreams did not answer final dots: messages may arrive twice",
                "The log names message and upstream; an upstream or a firewall cuts connections off"
            )
            {
                Fires = [("relay_uncertain_total{" + Here + "}", "0x40 1+1x20")],
                IsQuiet = [("relay_uncertain_total{" + Here + "}", "5x60")],
                Labels = OfInstance,
            },
            new(
                "RelayManyBounces",
                "sum by (instance, job) (rate(relay_bounces_total[30m])) > 0.05 * sum by (instance, job) (rate(relay_messages_received_total{outcome=\"accepted\"}[30m])) and sum by (instance, job) (increase(relay_bounces_total[30m])) > 10",
                "10m",
                "warning",
                "More than a twentieth of the mail on {{ $labels.instance }} bounces",
                "relay queue list --state failed shows recipients and reasons"
            )
            {
                Fires = [("relay_bounces_total{" + Here + "}", "0+10x60"), (Received("accepted"), "0+100x60")],
                IsQuiet = [("relay_bounces_total{" + Here + "}", "0+1x60"), (Received("accepted"), "0+100x60")],
                Labels = OfInstance,
            },
        ];
}
