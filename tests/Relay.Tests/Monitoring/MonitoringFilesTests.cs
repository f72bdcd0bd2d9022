using System.Text.RegularExpressions;
using Relay.TestKit;

namespace Relay.Tests.Monitoring;

/// <summary>
/// The files in deploy/ are what the generator makes, and name only metrics and labels that there are. With RELAY_WRITE_MONITORING=1 (tests/monitoring.sh) they are written first.
/// </summary>
public sealed partial class MonitoringFilesTests
{
    private static readonly Dictionary<string, MetricRow> Metrics = MetricRow
        .Read()
        .SelectMany(static row => row.Series.Select(series => (Series: series, Row: row)))
        .ToDictionary(static entry => entry.Series, static entry => entry.Row, StringComparer.Ordinal);

    /// <summary>Labels that Prometheus adds by itself.</summary>
    private static readonly string[] Added = ["job", "instance", "le"];

    private static IEnumerable<string> Expressions =>
        AlertRules
            .All.Select(static rule => rule.Expression)
            .Concat(
                Panels
                    .Rows.SelectMany(static row => row.Panels)
                    .SelectMany(static panel => panel.Queries)
                    .Select(static query => query.Expression)
            );

    [TestCase("prometheus-alerts.yml")]
    [TestCase("prometheus-alerts.test.yml")]
    [TestCase("grafana.json")]
    public void A_file_is_what_the_generator_makes(string name)
    {
        var generated = name switch
        {
            "prometheus-alerts.yml" => AlertFiles.Rules(),
            "prometheus-alerts.test.yml" => AlertFiles.Tests(),
            _ => GrafanaFile.Dashboard(),
        };
        var path = Path.Combine(Repository.PathOf("deploy"), name);
        if (Environment.GetEnvironmentVariable("RELAY_WRITE_MONITORING") == "1")
        {
            File.WriteAllText(path, generated);
        }

        Assert.That(File.ReadAllText(path), Is.EqualTo(generated), "Run tests/monitoring.sh.");
    }

    [TestCaseSource(nameof(Expressions))]
    public void An_expression_names_metrics_that_there_are(string expression)
    {
        var named = Metric().Matches(expression).Select(static match => match.Value).Distinct(StringComparer.Ordinal).ToList();

        Assert.That(named.Where(static name => name.StartsWith("relay_", StringComparison.Ordinal)), Is.SubsetOf(Metrics.Keys));
        Assert.That(expression, Does.Contain("up{").Or.Contains("relay_").Or.Contains("dotnet_"));
    }

    [TestCaseSource(nameof(Expressions))]
    public void An_expression_asks_for_labels_that_its_metrics_have(string expression)
    {
        var known = Metric()
            .Matches(expression)
            .SelectMany(static match => Metrics.TryGetValue(match.Value, out var row) ? row.Labels : [])
            .Concat(Added);
        var asked = Matcher()
            .Matches(expression)
            .Select(static match => match.Groups["label"].Value)
            .Concat(By().Matches(expression).SelectMany(static match => match.Groups["labels"].Value.Split(", ")))
            .Distinct(StringComparer.Ordinal);

        Assert.That(asked, Is.SubsetOf(known));
    }

    [TestCaseSource(nameof(Expressions))]
    public void Counters_are_asked_for_their_growth_and_others_are_not(string expression)
    {
        foreach (var name in Metric().Matches(expression).Select(static match => match.Value).Where(Metrics.ContainsKey))
        {
            var isGrowth = Regex.IsMatch(expression, $@"(rate|increase)\({name}\b", RegexOptions.None, TimeSpan.FromSeconds(1));

            Assert.That(isGrowth, Is.EqualTo(Metrics[name].Kind is "counter" or "histogram"), name);
        }
    }

    [GeneratedRegex(@"\b(relay|dotnet)_[a-z_]+\b", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Metric();

    [GeneratedRegex(@"(?<label>[a-z_]+)(=|!=|=~|!~)""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Matcher();

    [GeneratedRegex(@"\b(by|on) \((?<labels>[a-z_, ]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex By();
}
