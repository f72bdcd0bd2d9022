using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>Somebody who sets Relay up asks whether the servers would take mail, and sends a first message.</summary>
internal sealed class ProbeAndSend : Scenario
{
    [Test]
    public async Task A_probe_tells_what_a_server_offers_and_sends_no_mail()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var options = new ScriptedUpstreamOptions
        {
            Certificate = certificate,
            UserName = "app",
            Password = "pass word",
        };
        var upstream = Use(await ScriptedUpstream.StartAsync(options));
        var pin = TestCertificate.Pin(certificate);

        var probe = await CheckAsync(
            new RelayConfiguration().Upstream(
                "a",
                upstream.Address,
                new
                {
                    Certificate = pin,
                    options.UserName,
                    options.Password,
                }
            )
        );

        Assert.That(probe.ExitCode, Is.Zero, probe.Output);
        Assert.That(probe.Output, Does.Match(@"default/a\s+\S+\s+works"));
        Assert.That(
            probe.Output,
            Does.Match("TLS +Tls1[23]").And.Contain($"\"Certificate\": \"{pin.Replace(":", "", StringComparison.Ordinal)}\"")
        );
        Assert.That(probe.Output, Does.Match("extensions +PIPELINING SIZE 104857600 8BITMIME SMTPUTF8 DSN ENHANCEDSTATUSCODES AUTH PLAIN"));
        Assert.That(probe.Output, Does.Contain("logged in as app").And.Not.Contain("pass word"));
        Assert.That(upstream.Commands, Has.None.StartsWith("MAIL").And.Some.EqualTo("QUIT"));
    }

    [Test]
    public async Task What_is_wrong_is_told_with_the_line_that_cures_it()
    {
        var certificate = Keep(TestCertificate.SelfSigned());
        var untrusted = Use(await ScriptedUpstream.StartAsync(new ScriptedUpstreamOptions { Certificate = certificate }));
        var wrongPassword = Use(
            await ScriptedUpstream.StartAsync(
                new ScriptedUpstreamOptions
                {
                    Certificate = certificate,
                    UserName = "app",
                    Password = "right",
                }
            )
        );
        var good = StartCountingSink();
        var configuration = new RelayConfiguration()
            .Upstream("a", untrusted.Address)
            .Upstream(
                "b",
                wrongPassword.Address,
                new
                {
                    Certificate = "Any",
                    UserName = "app",
                    Password = "s3cret-wrong",
                }
            )
            .Upstream("c", $"127.0.0.1:{LocalPort.Free()}")
            .Upstream("d", good.Address);

        var probe = await CheckAsync(configuration);
        var json = await CheckAsync(configuration, "--json");

        Assert.That((probe.ExitCode, json.ExitCode), Is.EqualTo((1, 1)), probe.Output);
        var pin = TestCertificate.Pin(certificate).Replace(":", "", StringComparison.Ordinal);
        Assert.That(probe.Output, Does.Contain($"trust exactly this certificate: \"Certificate\": \"{pin}\""));
        Assert.That(probe.Output, Does.Contain("535").And.Contain("are UserName and Password"));
        Assert.That(probe.Output, Does.Contain("nothing listens there").And.Not.Contain("s3cret-wrong"));
        using var document = JsonDocument.Parse(json.Output);
        var works = document
            .RootElement.GetProperty("probes")
            .EnumerateArray()
            .Select(static entry => entry.GetProperty("works").GetBoolean());
        Assert.That(works, Is.EqualTo(new[] { false, false, false, true }));
    }

    [Test]
    public async Task A_test_message_goes_to_the_listener_of_the_configuration()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));

        var sent = await RelayAsync("send", "--config", relay.ConfigurationFile, "--to", "you@example.net", "--from", "me@example.com");

        Assert.That(sent.ExitCode, Is.Zero, sent.Output);
        Assert.That(sent.Output, Does.Match("^250 2.0.0 OK [0-9A-Z]{26} via a: "));
        var message = sink.Messages.Single();
        Assert.That((message.Sender, message.Recipients.Single()), Is.EqualTo(("me@example.com", "you@example.net")));
        Assert.That(message.Content, Does.Contain("Subject: Test message of Relay\r\n").And.Contain("This is test message 1 of 1"));
    }

    [Test]
    public async Task Many_are_counted_and_each_arrives_once()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", sink.Address));

        var sent = await RelayAsync(
            "send",
            "--server",
            $"127.0.0.1:{relay.Port}",
            "--to",
            "a@example.net",
            "b@example.net",
            "--count",
            "200",
            "--sessions",
            "7",
            "--size",
            "3000"
        );

        Assert.That(sent.ExitCode, Is.Zero, sent.Output);
        Assert.That(sent.Output, Does.StartWith($"200 of 200 messages accepted by 127.0.0.1:{relay.Port} in "));
        Assert.That(sink.Messages.Select(static message => Number(message.Content)).Order(), Is.EqualTo(Enumerable.Range(1, 200)));
    }

    [Test]
    public async Task What_is_not_accepted_is_counted_by_its_answer()
    {
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", $"127.0.0.1:{LocalPort.Free()}"));
        relay.ExpectLogged("is ejected");

        var few = await RelayAsync("send", "--config", relay.ConfigurationFile, "--to", "a@example.net");
        var many = await RelayAsync("send", "--config", relay.ConfigurationFile, "--to", "a@example.net", "--count", "20", "--json");
        var nobody = await RelayAsync("send", "--server", $"127.0.0.1:{LocalPort.Free()}", "--to", "a@example.net");
        var wrongUse = await RelayAsync("send", "--to", "a@example.net", "--count", "0");

        Assert.That(new[] { few, many, nobody, wrongUse }.Select(static run => run.ExitCode), Is.EqualTo(new[] { 1, 1, 1, 2 }));
        Assert.That(few.Output, Does.Match("^451 4.4.1 [0-9A-Z]{26} no upstream available"));
        using var document = JsonDocument.Parse(many.Output);
        Assert.That(document.RootElement.GetProperty("notSent").GetInt32(), Is.EqualTo(20));
        var answer = document.RootElement.GetProperty("answers").EnumerateArray().Single();
        Assert.That(answer.GetProperty("text").GetString(), Is.EqualTo("451 4.4.1 ID no upstream available"));
        Assert.That(answer.GetProperty("count").GetInt32(), Is.EqualTo(20));
        Assert.That(nobody.Output, Does.StartWith("ConnectFailed at Connect"));
        Assert.That(wrongUse.Output, Does.Contain("--count is 1 to"));
    }

    private static int Number(string content)
    {
        const string Before = "This is test message ";
        var begin = content.IndexOf(Before, StringComparison.Ordinal) + Before.Length;
        return int.Parse(content.AsSpan(begin, content.AsSpan(begin).IndexOf(' ')), System.Globalization.CultureInfo.InvariantCulture);
    }

    private async Task<ProcessResult> CheckAsync(RelayConfiguration configuration, params string[] more)
    {
        var folder = Keep(new ScratchFolder());
        var file = Path.Combine(folder.Path, "relay.json");
        await File.WriteAllTextAsync(file, configuration.ToJson());
        return await RelayAsync(["check", "--probe", "--config", file, .. more]);
    }

    private static Task<ProcessResult> RelayAsync(params string[] arguments) =>
        ProcessRunner.RunAsync("dotnet", [Repository.Program, .. arguments]);

    private sealed class ScratchFolder : IDisposable
    {
        public string Path { get; } = Directory.CreateTempSubdirectory("relay-probe-").FullName;

        public void Dispose() => Directory.Delete(Path, recursive: true);
    }
}
