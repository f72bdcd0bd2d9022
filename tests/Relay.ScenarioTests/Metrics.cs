using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>What Prometheus is told of a relay that had work: its own tool finds nothing wrong, and the numbers are those of what was sent.</summary>
internal sealed class Metrics : Scenario
{
    private const string Deliveries = "relay_deliveries_total";

    [Test]
    public async Task Counters_add_up_to_what_was_sent_and_promtool_has_no_complaint()
    {
        const int messages = 400;
        const int deferred = 3;
        var good = await StartSmtpSinkAsync();
        var refusing = await StartSmtpSinkAsync("-r", "RCPT");
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Strategy("RoundRobin")
                .Upstream("good", good.Address, new { Connections = 5 })
                .Upstream("dead", $"127.0.0.1:{LocalPort.Free()}")
                .Set("Groups:bad:Upstreams:refusing", new { refusing.Address })
                .Set("Routes", new object[] { new { From = "bad@load.test", Group = "bad" }, new { Group = "default" } })
        );

        var source = await SmtpSource.SendAsync(relay.Port, sessions: 10, messages);
        Assert.That(source.ExitCode, Is.Zero, source.Output);
        await SendDeferredAsync(relay, deferred);
        var text = await relay.Api.GetStringAsync("/metrics");
        var values = Parse(text);

        Assert.That(values["relay_messages_received_total{listener=\"smtp\",outcome=\"accepted\"}"], Is.EqualTo(messages));
        Assert.That(values["relay_messages_received_total{listener=\"smtp\",outcome=\"deferred\"}"], Is.EqualTo(deferred));
        Assert.That(values[Of(Deliveries, "default", "good", "outcome", "delivered")], Is.EqualTo(messages).And.EqualTo(good.Count));
        Assert.That(values[Of(Deliveries, "bad", "refusing", "outcome", "deferred")], Is.EqualTo(deferred));
        Assert.That(values[Of(Deliveries, "default", "dead", "outcome", "failed")], Is.GreaterThanOrEqualTo(5));
        Assert.That(values[Of("relay_upstream_state", "default", "dead", "state", "ejected")], Is.EqualTo(1));
        Assert.That(values[Of("relay_upstream_state", "default", "good", "state", "healthy")], Is.EqualTo(1));
        Assert.That(
            values["relay_delivery_duration_seconds_count{group=\"default\",phase=\"transaction\",upstream=\"good\"}"],
            Is.EqualTo(messages)
        );
        Assert.That(
            values["relay_delivery_duration_seconds_count{group=\"default\",phase=\"connect\",upstream=\"good\"}"],
            Is.InRange(1, messages / 10)
        );
        Assert.That(values["relay_upstream_in_flight{group=\"default\",upstream=\"good\"}"], Is.Zero);
        Assert.That(values["relay_uncertain_total"], Is.Zero);
        Assert.That(values.Keys.Where(IsRelays), Has.None.Contains("127.0.0.1").And.None.Contains("load.test"));
        Assert.That(await LintAsync(text), Is.EqualTo((0, "")));
    }

    private static async Task SendDeferredAsync(RelayUnderTest relay, int messages)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        for (var number = 0; number < messages; number++)
        {
            Assert.That(await client.SendMailAsync("bad@load.test", "to@example.com", TestMessages.Small), Does.StartWith("450"));
        }
    }

    private static async Task<(int ExitCode, string Complaints)> LintAsync(string metrics)
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, metrics);
            var lint = await ProcessRunner.RunAsync("sh", ["-c", "promtool check metrics < \"$0\"", path]);
            return (lint.ExitCode, lint.Output);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static Dictionary<string, double> Parse(string metrics) =>
        metrics
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(static line => line[0] != '#')
            .Select(static line => (Space: line.LastIndexOf(' '), Line: line))
            .ToDictionary(
                static entry => entry.Line[..entry.Space].Replace("{}", "", StringComparison.Ordinal),
                static entry => double.Parse(entry.Line[(entry.Space + 1)..], CultureInfo.InvariantCulture),
                StringComparer.Ordinal
            );

    private static bool IsRelays(string series) => series.StartsWith("relay_", StringComparison.Ordinal);

    /// <summary>Labels stand in alphabetical order.</summary>
    private static string Of(string name, string group, string upstream, string label, string word) =>
        $"{name}{{group=\"{group}\",{label}=\"{word}\",upstream=\"{upstream}\"}}";
}
