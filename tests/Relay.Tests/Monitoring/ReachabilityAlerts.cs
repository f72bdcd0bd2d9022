using static Relay.Tests.Monitoring.AlertSeries;

namespace Relay.Tests.Monitoring;

/// <summary>Nobody takes mail.</summary>
internal static class ReachabilityAlerts
{
    public static AlertRule[] All =>
        [
            new(
                "RelayDown",
                "up{job=\"relay\"} == 0",
                "1m",
                "critical",
                "Relay on {{ $labels.instance }} does not answer",
                "systemctl status relay; its log"
            )
            {
                Fires = [("up{" + Here + "}", "0x60")],
                IsQuiet = [("up{" + Here + "}", "1x60")],
                Labels = OfInstance,
            },
            new(
                "RelayGroupDown",
                "sum by (instance, job, group) (relay_upstream_state{state=~\"healthy|slowStart|throttled\"}) == 0",
                "1m",
                "critical",
                "No upstream of the group {{ $labels.group }} is in service",
                "relay upstream list shows why each is out of use; mail waits in the spool, or is put off with 451"
            )
            {
                Fires = [(State("healthy"), "0x60"), (State("ejected"), "1x60")],
                IsQuiet = [(State("healthy"), "0x60"), (State("slowStart"), "1x60")],
                Labels = [.. OfInstance, ("group", "default")],
            },
        ];
}
