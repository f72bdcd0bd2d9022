using System.Globalization;
using Relay.ScenarioTests.Spool;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Telemetry;

namespace Relay.ScenarioTests.Telemetry;

/// <summary>What a collector is sent of the path of a message: spans that hang together, in the trace that the application began.</summary>
[Parallelizable(ParallelScope.All)] // each waits most of its time for a collector that is sent to every few seconds
internal sealed class Tracing : SpoolScenario
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";

    private static string Message(string traceParent) => $"Subject: test\r\nTraceparent: {traceParent}\r\n\r\nHello.\r\n";

    [TestCase("HttpProtobuf", "Native")]
    [TestCase("Grpc", "MailKit")]
    public async Task A_message_goes_on_with_the_trace_of_its_application(string protocol, string client)
    {
        var collector = Use(await OtlpReceiver.StartAsync(protocol == "Grpc"));
        var certificate = Keep(TestCertificate.SelfSigned());
        var options = new ScriptedUpstreamOptions
        {
            Certificate = certificate,
            UserName = "user",
            Password = "secret",
        };
        var upstream = Use(await ScriptedUpstream.StartAsync(options));
        var settings = new
        {
            Client = client,
            Certificate = TestCertificate.Pin(certificate),
            UserName = "user",
            Password = "secret",
        };
        var relay = await StartRelayAsync(To(collector, protocol).Upstream("a", upstream.Address, settings));

        await SendAsync(relay, Message($"00-{Trace}-{Parent}-01"));

        var message = await collector.SpanAsync(static span => span.Name == "relay.message", "the message");
        var attempt = await collector.SpanAsync(span => span.ParentId == message.Id, "the attempt");
        await collector.SpanAsync(static span => span.Name == "smtp.dot", "the last phase");
        var phases = collector.Spans.Where(span => span.ParentId == attempt.Id).OrderBy(static span => span.Time.Start).ToList();
        Assert.That((message.TraceId, message.ParentId), Is.EqualTo((Trace, Parent)));
        Assert.That((attempt.Name, attempt.TraceId), Is.EqualTo(("relay.attempt", Trace)));
        Assert.That(attempt.Attributes["relay.upstream"], Is.EqualTo("a"));
        Assert.That(attempt.Attributes["relay.outcome"], Is.EqualTo("delivered"));
        Assert.That(
            phases.Select(static span => span.Name),
            Is.SupersetOf(
                new[] { "smtp.connect", "smtp.greeting", "smtp.ehlo", "smtp.tls", "smtp.auth", "smtp.mail", "smtp.rcpt", "smtp.data" }
            )
        );
        Assert.That(phases[0].Name, Is.EqualTo("smtp.connect"));
        Assert.That(phases[^1].Name, Is.EqualTo("smtp.dot"));
        Assert.That(phases.TrueForAll(span => span.Time.Start >= attempt.Time.Start && span.Time.End <= attempt.Time.End), Is.True);
        Assert.That(collector.Spans.SelectMany(static span => span.Attributes.Values), Has.None.Contains("@").And.None.Contains("secret"));
        Assert.That(collector.Resource["service.name"], Is.EqualTo("relay"));
        Assert.That(collector.Keys, Has.All.EqualTo("of-the-collector"));
        await Until.TrueAsync(() => collector.Metrics.ContainsKey("relay.messages.received"), "metrics come");
        Assert.That(collector.Metrics["relay.messages.received"], Is.EqualTo("{message}"));
    }

    [TestCase("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [TestCase("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01")]
    [TestCase("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")]
    [TestCase("nonsense")]
    public async Task A_field_that_is_none_is_no_parent(string traceParent)
    {
        var (collector, relay) = await StartAsync(new ScriptedUpstreamOptions());

        await SendAsync(relay, Message(traceParent));

        var message = await collector.SpanAsync(static span => span.Name == "relay.message", "the message");
        Assert.That(message.ParentId, Is.Empty);
        Assert.That(message.TraceId, Is.Not.EqualTo(Trace));
    }

    [Test]
    public async Task A_message_that_its_application_does_not_record_is_not_recorded()
    {
        var (collector, relay) = await StartAsync(new ScriptedUpstreamOptions());

        await SendAsync(relay, Message($"00-{Trace}-{Parent}-00"));
        await SendAsync(relay, TestMessages.Small);

        await collector.SpanAsync(static span => span.Name == "relay.message", "the other message");
        await relay.WholeLogAsync();
        Assert.That(collector.Spans.Count(static span => span.Name == "relay.message"), Is.EqualTo(1));
        Assert.That(collector.Spans.Select(static span => span.TraceId), Has.None.EqualTo(Trace));
    }

    [Test]
    public async Task A_failure_shows_where_it_happened()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        upstream.On(Stage.Rcpt).Reply("550 5.1.1 <to@example.com> unknown");
        var collector = Use(await OtlpReceiver.StartAsync(isGrpc: false));
        var relay = await StartRelayAsync(To(collector, "HttpProtobuf").Upstream("a", upstream.Address));

        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await client.SendMailAsync("from@example.com", "to@example.com"), Does.StartWith("550"));

        var attempt = await collector.SpanAsync(static span => span.Name == "relay.attempt", "the attempt");
        Assert.That(attempt.IsError, Is.True);
        Assert.That(attempt.Attributes["relay.outcome"], Is.EqualTo("rejected"));
        Assert.That(attempt.Attributes["relay.reply.code"], Is.EqualTo("550"));
        Assert.That(attempt.Attributes.Values, Has.None.Contains("@"));
    }

    [TestCase("Queue")]
    [TestCase("Hybrid")]
    public async Task Runs_after_a_kill_link_to_the_span_of_the_reception(string accept)
    {
        var collector = Use(await OtlpReceiver.StartAsync(isGrpc: false));
        var port = LocalPort.Free();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var configuration = Tell(Spooling(accept), collector, "HttpProtobuf").Set("Telemetry:SampleRatio", 1.0);
        var relay = await StartRelayAsync(configuration.Upstream("a", address));
        relay.ExpectLogged("is ejected");

        await SendAsync(relay, Message($"00-{Trace}-{Parent}-01"));
        var reception = await collector.SpanAsync(static span => span.Name == "relay.message", "the reception");
        await relay.KillAndRestartAsync();
        var upstream = Use(await ScriptedUpstream.StartAsync(port: port));
        await UntilEmptyAsync(relay);

        var delivered = await collector.SpanAsync(
            static span => span.Name == "relay.attempt" && span.Attributes["relay.outcome"] == "delivered",
            "the delivery"
        );
        var run = await collector.SpanAsync(span => span.Id == delivered.ParentId, "the run");
        Assert.That((run.Name, run.ParentId), Is.EqualTo(("relay.run", "")));
        Assert.That(run.Links, Is.EqualTo([reception.Id]));
        Assert.That(run.TraceId, Is.Not.EqualTo(reception.TraceId));
        Assert.That(upstream.Accepted, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_collector_that_is_away_holds_up_no_mail_and_no_end()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        var configuration = new RelayConfiguration().Upstream("a", upstream.Address);
        configuration.Set("Telemetry:OtlpEndpoint", string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{LocalPort.Free()}"));
        var relay = await StartRelayAsync(configuration);

        for (var number = 0; number < 20; number++)
        {
            await SendAsync(relay, TestMessages.Small);
        }

        Assert.That(await relay.TerminateAsync(TimeSpan.FromSeconds(25)), Is.Zero);
        Assert.That(upstream.Accepted, Has.Count.EqualTo(20));
    }

    private async Task<(OtlpReceiver Collector, RelayUnderTest Relay)> StartAsync(ScriptedUpstreamOptions options)
    {
        var collector = Use(await OtlpReceiver.StartAsync(isGrpc: false));
        var upstream = Use(await ScriptedUpstream.StartAsync(options));
        return (collector, await StartRelayAsync(To(collector, "HttpProtobuf").Upstream("a", upstream.Address)));
    }

    private static RelayConfiguration To(OtlpReceiver collector, string protocol) => Tell(new RelayConfiguration(), collector, protocol);

    private static RelayConfiguration Tell(RelayConfiguration configuration, OtlpReceiver collector, string protocol) =>
        configuration
            .Set("Telemetry:OtlpEndpoint", collector.Endpoint)
            .Set("Telemetry:OtlpProtocol", protocol)
            .Set("Telemetry:OtlpHeaders", "api-key=of-the-collector")
            .Set("Telemetry:MetricsInterval", "00:00:01");

    private static async Task SendAsync(RelayUnderTest relay, string content)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await client.SendMailAsync("from@example.com", "to@example.com", content), Does.StartWith("250"));
    }
}
