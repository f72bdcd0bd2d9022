using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>The first minutes of a new user: start, send, look.</summary>
internal sealed class ShippedConfiguration : Scenario
{
    [Test]
    public async Task Ten_mails_by_swaks_are_five_in_each_mailbox_and_ten_lines_in_the_log()
    {
        var relay = Use(await RelayUnderTest.StartShippedAsync(TestContext.CurrentContext.Test.Name));

        for (var mail = 0; mail < 10; mail++)
        {
            var swaks = await Swaks.SendAsync(relay.Port, "--from", "me@example.com", "--to", "a@example.com");
            Assert.That(swaks.ExitCode, Is.Zero, swaks.Output);
        }

        var captured = await CapturedAsync(relay);
        var perMailbox = captured.CountBy(static mail => mail.GetProperty("upstream").GetString()!).Select(static pair => pair.Value);
        Assert.That(perMailbox, Is.EqualTo(new[] { 5, 5 }));

        var upstreams = await relay.GetUpstreamsAsync();
        Assert.That(upstreams.Values.Select(static upstream => upstream.Delivered), Is.EqualTo(new[] { 5, 5 }));

        var log = await relay.WholeLogAsync();
        var lines = log.Split('\n').Where(static line => line.Contains(" from=", StringComparison.Ordinal)).ToArray();
        Assert.That(lines, Has.Length.EqualTo(10));
        Assert.That(lines, Has.All.Match(MailLine(upstreams.Keys)));
    }

    [Test]
    public async Task A_captured_mail_can_be_read_whole()
    {
        var relay = Use(await RelayUnderTest.StartShippedAsync(TestContext.CurrentContext.Test.Name));
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        var reply = await client.SendMailAsync("me@example.com", "a@example.com");

        Assert.That(reply, Does.Match("^250 2\\.0\\.0 OK [0-9A-Z]{26} via [A-Za-z0-9-]+: .+"));
        var id = (await CapturedAsync(relay)).Single().GetProperty("id").GetString();
        var message = await relay.Api.GetStringAsync($"/api/v1/captured/{id}/message");
        Assert.That(message, Does.StartWith("Received: from client.test").And.EndsWith("\r\n" + TestMessages.Small));
    }

    [Test]
    public async Task A_listener_on_all_addresses_is_named_as_one_can_type_it()
    {
        var configuration = new RelayConfiguration().Set("Groups:default:Upstreams:mailbox:Kind", "Capture");
        configuration.Set("Listeners:smtp:Address", $"*:{configuration.SmtpPort}");
        var relay = Use(await RelayUnderTest.StartAsync(configuration, TestContext.CurrentContext.Test.Name));

        await relay.LoggedAsync($"Try: swaks --to a@example.com --server localhost:{configuration.SmtpPort}");

        var swaks = await ProcessRunner.RunAsync("swaks", ["--to", "a@example.com", "--server", $"localhost:{configuration.SmtpPort}"]);
        Assert.That(swaks.ExitCode, Is.Zero, swaks.Output);
    }

    /// <summary>A new user, whose home has nothing of earlier starts.</summary>
    [Test]
    public async Task A_first_start_warns_of_nothing_and_leaves_nothing_at_home()
    {
        var home = Directory.CreateTempSubdirectory("relay-home-");
        try
        {
            var configuration = new RelayConfiguration().Set("Groups:default:Upstreams:mailbox:Kind", "Capture");
            var relay = Use(
                await RelayUnderTest.StartAsync(configuration, TestContext.CurrentContext.Test.Name, "env", $"HOME={home.FullName}")
            );
            (await relay.Api.GetAsync("/")).EnsureSuccessStatusCode();

            Assert.That(await relay.WholeLogAsync(), Does.Not.Contain(" Warn "));
            Assert.That(home.GetFileSystemInfos(), Is.Empty);
        }
        finally
        {
            home.Delete(recursive: true);
        }
    }

    private static async Task<JsonElement[]> CapturedAsync(RelayUnderTest relay)
    {
        using var captured = JsonDocument.Parse(await relay.Api.GetStringAsync("/api/v1/captured"));
        return [.. captured.RootElement.Clone().GetProperty("items").EnumerateArray()];
    }

    // What a postmaster looks for: id, from, to, size, upstream, outcome and milliseconds.
    private static string MailLine(IEnumerable<string> upstreams) =>
        $"[0-9A-Z]{{26}} from=<?me@example\\.com>? to=<?a@example\\.com>? user=- size=\\d+ upstream=({string.Join('|', upstreams)}) outcome=delivered ms=[0-9.]+ ";
}
