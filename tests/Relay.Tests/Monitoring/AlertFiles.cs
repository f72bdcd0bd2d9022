using System.Text;

namespace Relay.Tests.Monitoring;

/// <summary>Writes the rules, and their tests, in the formats of Prometheus and promtool.</summary>
internal static class AlertFiles
{
    private const string Head = "# Generated from tests/Relay.Tests/Monitoring by tests/monitoring.sh. What is changed here is lost.\n";

    public static string Rules()
    {
        var text = new StringBuilder(Head).Append("groups:\n  - name: relay\n    rules:\n");
        foreach (var rule in AlertRules.All)
        {
            text.Append("      - alert: ").Append(rule.Name).Append('\n');
            text.Append("        expr: ").Append(Quote(rule.Expression)).Append('\n');
            text.Append("        for: ").Append(rule.For).Append('\n');
            text.Append("        labels:\n          severity: ").Append(rule.Severity).Append('\n');
            text.Append("        annotations:\n          summary: ").Append(Quote(rule.Summary)).Append('\n');
            text.Append("          description: ").Append(Quote(rule.Advice)).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Each alert with series that make it fire, and with series that do not.</summary>
    public static string Tests()
    {
        var text = new StringBuilder(Head).Append("rule_files: [prometheus-alerts.yml]\nevaluation_interval: 1m\ntests:\n");
        foreach (var rule in AlertRules.All)
        {
            AppendTest(text, rule, rule.Fires, isFiring: true);
            AppendTest(text, rule, rule.IsQuiet, isFiring: false);
        }

        return text.ToString();
    }

    private static void AppendTest(StringBuilder text, AlertRule rule, (string Series, string Values)[] series, bool isFiring)
    {
        text.Append("  - name: ")
            .Append(Quote(rule.Name + (isFiring ? " fires" : " is quiet")))
            .Append("\n    interval: 1m\n    input_series:\n");
        foreach (var (name, values) in series)
        {
            text.Append("      - series: ").Append(Quote(name)).Append("\n        values: ").Append(Quote(values)).Append('\n');
        }

        text.Append("    alert_rule_test:\n      - eval_time: ")
            .Append(rule.At)
            .Append("\n        alertname: ")
            .Append(rule.Name)
            .Append('\n');
        if (!isFiring)
        {
            text.Append("        exp_alerts: []\n");
            return;
        }

        text.Append("        exp_alerts:\n          - exp_labels:\n              severity: ").Append(rule.Severity).Append('\n');
        foreach (var (name, value) in rule.Labels)
        {
            text.Append("              ").Append(name).Append(": ").Append(Quote(value)).Append('\n');
        }

        text.Append("            exp_annotations:\n              summary: ").Append(Quote(Expand(rule))).Append('\n');
        text.Append("              description: ").Append(Quote(rule.Advice)).Append('\n');
    }

    private static string Expand(AlertRule rule) =>
        rule.Labels.Aggregate(
            rule.Summary,
            static (summary, label) => summary.Replace($"{{{{ $labels.{label.Name} }}}}", label.Value, StringComparison.Ordinal)
        );

    // Single quotes take everything as it stands but themselves.
    private static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
