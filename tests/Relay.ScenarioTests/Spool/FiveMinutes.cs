using System.Text.RegularExpressions;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Spool;

/// <summary>
/// "A stranger's five minutes" of docs/operations.md: every command that stands there is run as it stands, against a relay in the state that the text
/// speaks of, and has to show what the text says.
/// </summary>
internal sealed partial class FiveMinutes : SpoolScenario
{
    private const string Heading = "## A stranger's five minutes";

    [Test]
    public async Task Every_command_of_the_document_does_what_it_says()
    {
        var (mail1, mail2, partner) = (StartCountingSink(), StartCountingSink(), StartCountingSink(keepMessages: true));
        await partner.StopAsync();
        var relay = await StartRelayAsync(Configuration(mail1, mail2, partner));
        await SendAsync(relay, "other@example.org");
        await SendAsync(relay, "you@example.net");
        var commands = new Queue<string>(Commands());

        await WhyIsItLateAsync(relay, commands);
        await DrainAsync(relay, commands);
        var id = await FindAsync(relay, commands);
        partner.Start();
        Assert.That(await RunAsync(relay, commands, id), Does.Contain("1 delivery is tried again at once").Or.Contain("1 delivery"));
        await UntilEmptyAsync(relay);

        Assert.That(commands, Is.Empty, "every command was run");
        Assert.That(partner.Messages.Single().Recipients, Is.EqualTo(new[] { "you@example.net" }));
    }

    private static async Task WhyIsItLateAsync(RelayUnderTest relay, Queue<string> commands)
    {
        var listed = await RunAsync(relay, commands);
        var shown = await RunAsync(relay, commands, IdIn(listed));
        var explained = await RunAsync(relay, commands);

        Assert.That(listed, Does.Contain("you@example.net").And.Contain("waiting").And.Not.Contain("example.org"));
        Assert.That(shown, Does.Contain("partner1").And.Contain("Connection refused"));
        Assert.That(explained, Does.Contain("-> partners").And.Contain("partner1"));
    }

    private static async Task DrainAsync(RelayUnderTest relay, Queue<string> commands)
    {
        var drained = await RunAsync(relay, commands);
        var listed = await RunAsync(relay, commands);
        var resumed = await RunAsync(relay, commands);

        Assert.That(drained, Does.Contain("default/mail1").And.Contain("drained by hand"));
        Assert.That(listed, Does.Match("default/mail1 .* draining +0 "), "nothing is in flight");
        Assert.That(resumed, Does.Contain("default/mail1").And.Contain("healthy"));
    }

    private static async Task<string> FindAsync(RelayUnderTest relay, Queue<string> commands)
    {
        var found = await RunAsync(relay, commands);
        var id = IdIn(found);
        var shown = await RunAsync(relay, commands, id);

        Assert.That(shown, Does.StartWith($"{id}: queued").And.Contain("you@example.net: queued").And.Contain("partners/partner1"));
        return id;
    }

    private static RelayConfiguration Configuration(CountingSink mail1, CountingSink mail2, CountingSink partner) =>
        Spooling("Hybrid")
            .Upstream("mail1", mail1.Address)
            .Upstream("mail2", mail2.Address)
            .Set("Groups:partners:Upstreams:partner1", new { partner.Address })
            .Set("Groups:partners:Health:Interval", "00:00:00")
            .Set("Routes", new object[] { new { To = "*@example.net", Group = "partners" }, new { Group = "default" } })
            .Set("Retry:Schedule", new[] { "01:00:00" });

    private static async Task SendAsync(RelayUnderTest relay, string recipient)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await client.SendMailAsync("app@example.com", recipient), Does.StartWith("250 "));
    }

    private static async Task<string> RunAsync(RelayUnderTest relay, Queue<string> commands, string id = "")
    {
        var command = commands.Dequeue();
        var words = Id().Replace(command, id).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["RELAY_URL"] = relay.Api.BaseAddress!.ToString() };
        var run = await ProcessRunner.RunAsync("dotnet", [Repository.Program, .. words[1..]], environment: environment);
        await TestContext.Out.WriteLineAsync($"$ {string.Join(' ', words)}\n{run.Output}");
        Assert.That(run.ExitCode, Is.Zero, $"{command}: {run.Output}");
        return run.Output;
    }

    /// <summary>The lines of the section that a reader types.</summary>
    private static IEnumerable<string> Commands()
    {
        var document = File.ReadAllText(Repository.PathOf("docs/operations.md"));
        var start = document.IndexOf(Heading, StringComparison.Ordinal);
        var end = document.IndexOf("\n## ", start + Heading.Length, StringComparison.Ordinal);
        return document[start..end]
            .Split('\n')
            .Where(static line => line.StartsWith("    $ ", StringComparison.Ordinal))
            .Select(static line => line[6..]);
    }

    private static string IdIn(string output) => Id().Match(output).Value;

    /// <summary>As Relay makes them: 26 digits and capital letters.</summary>
    [GeneratedRegex(@"\b[0-9A-Z]{26}\b", RegexOptions.None, 1000)]
    private static partial Regex Id();
}
