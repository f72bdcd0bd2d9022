using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Relay.ScenarioTests.Spool;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Telemetry;

/// <summary>The files in deploy/ work with what they are for: promtool, and a Prometheus that scrapes a relay at work.</summary>
internal sealed partial class Monitoring : SpoolScenario
{
    [TestCase("check", "rules", "prometheus-alerts.yml")]
    [TestCase("test", "rules", "prometheus-alerts.test.yml")]
    public async Task Promtool_has_no_complaint(string verb, string what, string file)
    {
        var run = await ProcessRunner.RunAsync("promtool", [verb, what, file], folder: Repository.PathOf("deploy"));

        Assert.That(run.ExitCode, Is.Zero, run.Output);
    }

    [Test]
    public Task Every_query_of_the_dashboard_has_data_after_a_few_scrapes() => RunAsync(TimeSpan.FromSeconds(4));

    [Test]
    [Category("Soak")]
    public Task Every_query_of_the_dashboard_has_data_for_a_minute() => RunAsync(TimeSpan.FromMinutes(1));

    /// <summary>Kinds and labels in docs/metrics.md are those that a scrape shows.</summary>
    [Test]
    public async Task The_document_says_what_a_scrape_shows()
    {
        var relay = await StartLoadedAsync();
        await SmtpSource.SendAsync(relay.Port, sessions: 2, messages: 20);
        await AwaitMailAsync(relay);
        var documented = Row()
            .Matches(await File.ReadAllTextAsync(Repository.PathOf("docs/metrics.md")))
            .ToDictionary(static row => row.Groups["name"].Value, Describe, StringComparer.Ordinal);

        var shown = Shown(await relay.Api.GetStringAsync("/metrics"));

        Assert.That(shown.Keys, Is.SubsetOf(documented.Keys));
        Assert.That(shown.Where(entry => documented[entry.Key] != entry.Value), Is.Empty);
        // Seen only where there is what they tell of: a paced upstream, nodes that share a rate, a lookup, a webhook, a folder, certificates.
        Assert.That(
            documented.Keys.Except(shown.Keys, StringComparer.Ordinal),
            Is.EquivalentTo([
                "relay_upstream_pace",
                "relay_upstream_rate_share",
                "relay_discovery_trouble",
                "relay_webhook_events_total",
                "relay_pickup_files_total",
                "relay_certificate_expiry_seconds",
            ])
        );
    }

    /// <summary>More than the 285 that had found room in 2,000 series of an instrument, and twice as many after a reload.</summary>
    [Test]
    public async Task However_many_servers_there_are_each_has_its_series()
    {
        var relay = await StartRelayAsync(Servers(new RelayConfiguration(), 300));
        Assert.That(StatesOf(await relay.Api.GetStringAsync("/metrics")), Is.EqualTo(300 * 7));

        Servers(relay.Configuration, 600);
        await relay.WriteConfigurationAsync();
        (await relay.Api.PostAsync("/api/v1/config/reload", content: null)).EnsureSuccessStatusCode().Dispose();

        var metrics = "";
        await Until.TrueAsync(
            async () => StatesOf(metrics = await relay.Api.GetStringAsync("/metrics")) == 600 * 7, // a scrape is kept for a moment
            "all servers are shown"
        );
        Assert.That(metrics, Does.Not.Contain("otel_metric_overflow"));
    }

    private static RelayConfiguration Servers(RelayConfiguration configuration, int count) =>
        Enumerable.Range(0, count).Aggregate(configuration, static (sum, number) => sum.Upstream($"u{number}", "127.0.0.1:9"));

    private static int StatesOf(string metrics) =>
        metrics.Split('\n').Count(static line => line.StartsWith("relay_upstream_state{", StringComparison.Ordinal));

    private async Task RunAsync(TimeSpan length)
    {
        var relay = await StartLoadedAsync();
        var prometheus = Use(await Prometheus.StartAsync(relay.Configuration.AdminPort));
        var begin = TimeProvider.System.GetTimestamp();
        await Until.TrueAsync(
            async () =>
            {
                // Mail goes on until it has been seen to: a rate needs two scrapes with some between them.
                var source = await SmtpSource.SendAsync(relay.Port, sessions: 4, messages: 100);
                Assert.That(source.ExitCode, Is.Zero, source.Output);
                return TimeProvider.System.GetElapsedTime(begin) >= length
                    && (await prometheus.QueryAsync("sum(rate(relay_messages_received_total[1m])) > 0")).Count > 0;
            },
            "Prometheus has scraped mail",
            length + TimeSpan.FromMinutes(1)
        );
        var queries = Queries().ToList();
        var empty = new List<string>();
        foreach (var query in queries)
        {
            if ((await prometheus.QueryAsync(query)).Count == 0)
            {
                empty.Add(query);
            }
        }

        Assert.That(queries, Has.Count.GreaterThanOrEqualTo(40));
        Assert.That(empty, Is.Empty);
        await Until.TrueAsync(
            async () => (await prometheus.RulesAsync()).Values.All(static health => health == "ok"),
            "all rules were evaluated"
        );
        Assert.That(await prometheus.RulesAsync(), Has.Count.GreaterThan(20));
    }

    private async Task<RelayUnderTest> StartLoadedAsync()
    {
        var good = await StartSmtpSinkAsync();
        var configuration = Spooling("Hybrid")
            .Upstream("good", good.Address, new { Connections = 5, Rates = new[] { "100000/day" } })
            .Upstream("other", (await StartSmtpSinkAsync()).Address);
        return await StartRelayAsync(configuration);
    }

    private static Task AwaitMailAsync(RelayUnderTest relay) =>
        Until.TrueAsync(
            async () => (await relay.GetUpstreamsAsync()).Values.Sum(static upstream => upstream.Delivered) >= 20,
            "mail is delivered"
        );

    /// <summary>As Grafana fills them in for everything.</summary>
    private static IEnumerable<string> Queries() =>
        JsonNode.Parse(File.ReadAllText(Repository.PathOf("deploy/grafana.json")))!["panels"]!
            .AsArray()
            .SelectMany(static panel => panel!["targets"]?.AsArray() ?? [])
            .Select(static target =>
                ((string)target!["expr"]!)
                    .Replace("$__rate_interval", "1m", StringComparison.Ordinal)
                    .Replace("$job", ".*", StringComparison.Ordinal)
                    .Replace("$instance", ".*", StringComparison.Ordinal)
            );

    /// <summary>By metric its kind and its labels.</summary>
    private static Dictionary<string, string> Shown(string metrics)
    {
        var kinds = Kind()
            .Matches(metrics)
            .ToDictionary(static match => match.Groups["name"].Value, static match => match.Groups["kind"].Value, StringComparer.Ordinal);
        return Series()
            .Matches(metrics)
            .GroupBy(
                match => kinds.Keys.First(name => match.Groups["name"].Value == name || IsPart(match.Groups["name"].Value, name)),
                StringComparer.Ordinal
            )
            .ToDictionary(
                static series => series.Key,
                series =>
                {
                    var labels = series
                        .SelectMany(static match => Label().Matches(match.Groups["labels"].Value))
                        .Select(static label => label.Groups["label"].Value)
                        .Where(static label => label != "le");
                    return Describe(kinds[series.Key], labels);
                },
                StringComparer.Ordinal
            );
    }

    private static bool IsPart(string series, string histogram) =>
        series == histogram + "_bucket" || series == histogram + "_sum" || series == histogram + "_count";

    private static string Describe(Match row) =>
        Describe(row.Groups["kind"].Value, Word().Matches(row.Groups["labels"].Value).Select(static label => label.Groups["word"].Value));

    private static string Describe(string kind, IEnumerable<string> labels) =>
        $"{kind} {string.Join(',', labels.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))}";

    [GeneratedRegex(
        @"^\| `(?<name>relay_\w+)` \| (?<kind>\w+) \|[^|]*\|(?<labels>[^|]*)\|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Row();

    [GeneratedRegex("`(?<word>[a-z_]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"^# TYPE (?<name>relay_\w+) (?<kind>\w+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Kind();

    [GeneratedRegex(@"^(?<name>relay_\w+)(\{(?<labels>[^}]*)\})? ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Series();

    [GeneratedRegex(@"(?<label>\w+)=""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Label();
}
