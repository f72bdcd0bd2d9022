using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Spool;

/// <summary>An operator looks after spooled mail from the command line, with servers that are down.</summary>
internal sealed class QueueCommands : SpoolScenario
{
    [Test]
    public async Task Queued_mail_is_listed_shown_held_moved_exported_deleted_and_delivered()
    {
        var (down, other) = (StartCountingSink(keepMessages: true), StartCountingSink(keepMessages: true));
        await down.StopAsync();
        var relay = await StartRelayAsync(
            Spooling("Queue")
                .Upstream("a", down.Address)
                .Set("Groups:other:Upstreams:b", new { other.Address })
                .Set("Retry:Schedule", new[] { "01:00:00" }) // only what the operator does delivers anything
        );
        relay.ExpectLogged("is ejected");
        for (var number = 0; number < 6; number++)
        {
            await SendAsync(relay, $"s{number}@example.com");
        }

        await Until.TrueAsync(async () => (await ListAsync(relay, "--state", "waiting")).Count == 6, "no attempt is under way");
        var ids = (await ListAsync(relay)).Select(static item => item.GetProperty("id").GetString()!).ToList();

        await LookAsync(relay, ids);
        await HoldAndReleaseAsync(relay, ids[0]);
        await MoveAsync(relay, ids[1], other);
        await ExportAsync(relay, ids);
        await DeleteAsync(relay);
        await DeliverAsync(relay, down);
    }

    private static async Task LookAsync(RelayUnderTest relay, List<string> ids)
    {
        var list = await RunAsync(relay, "list", "--limit", "2");
        var shown = await RunAsync(relay, "show", ids[0]);
        var filtered = await ListAsync(relay, "--sender", "S3@");

        Assert.That(list.ExitCode, Is.Zero, list.Output);
        Assert.That(list.Output, Does.StartWith("ID ").And.Contain(ids[0]).And.Contain(ids[1]).And.Not.Contain(ids[2]));
        Assert.That(list.Output, Does.Contain("There is more than these 2"));
        Assert.That(shown.ExitCode, Is.Zero, shown.Output);
        Assert.That(shown.Output, Does.StartWith($"{ids[0]}: waiting, group default").And.Contain("from      s0@example.com"));
        Assert.That(filtered.Single().GetProperty("id").GetString(), Is.EqualTo(ids[3]));
    }

    private static async Task HoldAndReleaseAsync(RelayUnderTest relay, string id)
    {
        var held = await RunAsync(relay, "hold", id);
        var again = await RunAsync(relay, "hold", id);
        var listed = await ListAsync(relay, "--state", "held");
        var released = await RunAsync(relay, "release", id);

        Assert.That((held.ExitCode, held.Output.Trim()), Is.EqualTo((0, "1 delivery held.")));
        Assert.That(again.ExitCode, Is.EqualTo(1));
        Assert.That(again.Output, Does.Contain("it is held"));
        Assert.That(listed.Single().GetProperty("id").GetString(), Is.EqualTo(id));
        Assert.That((released.ExitCode, released.Output.Trim()), Is.EqualTo((0, "1 delivery released.")));
        await relay.LoggedAsync($"Operator (local, 127.0.0.1) queue {id}: 1 held");
    }

    private static async Task MoveAsync(RelayUnderTest relay, string id, CountingSink other)
    {
        var nowhere = await RunAsync(relay, "move", id, "--to", "nowhere");
        var moved = await RunAsync(relay, "move", id, "--to", "other");

        Assert.That(nowhere.ExitCode, Is.EqualTo(1));
        Assert.That(nowhere.Output, Does.Contain("there is no group \"nowhere\"; there are default, other."));
        Assert.That(moved.ExitCode, Is.Zero, moved.Output);
        await Until.TrueAsync(() => other.Count == 1, "the other group has it");
        Assert.That(other.Messages.Single().Sender, Is.EqualTo("s1@example.com"));
    }

    private static async Task ExportAsync(RelayUnderTest relay, List<string> ids)
    {
        var folder = Directory.CreateTempSubdirectory("relay-export-");
        try
        {
            var file = Path.Combine(folder.FullName, "one.eml");
            var printed = await RunAsync(relay, "export", ids[2]);
            var one = await RunAsync(relay, "export", ids[2], "--output", file);
            var all = await RunAsync(relay, "export", "--all", "--to-folder", Path.Combine(folder.FullName, "all"));

            Assert.That((printed.ExitCode, one.ExitCode, all.ExitCode), Is.EqualTo((0, 0, 0)));
            Assert.That(printed.Output, Does.StartWith("Received: ").And.Contain(ids[2]));
            Assert.That(await File.ReadAllTextAsync(file), Does.StartWith("Received: ").And.Contain(ids[2]));
            Assert.That(all.Output.Trim(), Is.EqualTo("5 messages exported."));
            Assert.That(
                Directory.GetFiles(Path.Combine(folder.FullName, "all")).Select(Path.GetFileNameWithoutExtension),
                Is.EquivalentTo(ids.Where(id => id != ids[1]))
            );
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task DeleteAsync(RelayUnderTest relay)
    {
        string[] command = ["delete", "--sender", "s5@example.com"];
        var unasked = await RunAsync(relay, command);
        var deleted = await RunAsync(relay, [.. command, "--yes"]);

        Assert.That(unasked.ExitCode, Is.EqualTo(2));
        Assert.That(unasked.Output, Does.Contain("add --yes"));
        Assert.That((deleted.ExitCode, deleted.Output.Trim()), Is.EqualTo((0, "1 delivery deleted.")));
    }

    private static async Task DeliverAsync(RelayUnderTest relay, CountingSink down)
    {
        down.Start();
        var retried = await RunAsync(relay, "retry", "--state", "waiting", "--yes");
        await UntilEmptyAsync(relay);

        Assert.That(retried.ExitCode, Is.Zero, retried.Output);
        Assert.That(
            down.Messages.Select(static message => message.Sender),
            Is.EquivalentTo(new[] { "s0@example.com", "s2@example.com", "s3@example.com", "s4@example.com" })
        );
    }

    private static async Task SendAsync(RelayUnderTest relay, string sender)
    {
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        Assert.That(await client.SendMailAsync(sender, "b@example.com"), Does.Contain(" queued"));
    }

    private static async Task<IReadOnlyList<JsonElement>> ListAsync(RelayUnderTest relay, params string[] filter)
    {
        var run = await RunAsync(relay, ["list", "--json", .. filter]);
        Assert.That(run.ExitCode, Is.Zero, run.Output);
        using var document = JsonDocument.Parse(run.Output);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static Task<ProcessResult> RunAsync(RelayUnderTest relay, params string[] arguments) =>
        ProcessRunner.RunAsync("dotnet", [Repository.Program, "queue", .. arguments, "--url", relay.Api.BaseAddress!.ToString()]);
}
