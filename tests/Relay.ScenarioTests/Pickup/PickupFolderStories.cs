using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json.Nodes;
using Relay.ScenarioTests.Spool;
using Relay.TestKit;

namespace Relay.ScenarioTests.Pickup;

/// <summary>Files that become mail: what happens to each, and that no kill loses one.</summary>
internal sealed class PickupFolderStories : SpoolScenario, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-pickup-");

    /// <summary>After the relay has ended, which the base sees to: it would tell that its folder is gone.</summary>
    public void Dispose() => _folder.Delete(recursive: true);

    [TestCase("Proxy")]
    [TestCase("Hybrid")]
    [TestCase("Queue")]
    public async Task A_file_becomes_mail_and_is_gone(string accept)
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        var relay = await StartRelayAsync(Picking(accept).Upstream("a", upstream.Address));

        Drop("order", "X-Sender: from@example.com\nX-Receiver: one@example.com\nX-Receiver: two@example.com\nSubject: hi\n\nHello.\n.\n");
        await Until.TrueAsync(() => upstream.Accepted.Count == 1, "it arrives");
        await UntilNothingIsLeftAsync();

        var mail = upstream.Accepted[0];
        Assert.That(mail.From, Does.StartWith("MAIL FROM:<from@example.com>"));
        Assert.That(mail.Recipients, Has.Count.EqualTo(2));
        Assert.That(
            mail.Text,
            Does.StartWith("Received: by relay.test (pickup folder) id ").And.EndsWith("Subject: hi\r\n\r\nHello.\r\n.\r\n")
        );
        Assert.That(mail.Text, Does.Not.Contain("X-"));
        Assert.That(await relay.Api.GetStringAsync("/metrics"), Does.Contain("relay_pickup_files_total{outcome=\"accepted\"} 1"));
    }

    [TestCase("X-Receiver: to@example.com\n\nHello.\n", "There is no X-Sender field.")]
    [TestCase("X-Sender: from@example.com\nX-Receiver: to@example.com\n\nHel\0lo.\n", "554")]
    [TestCase("X-Sender: from@example.com\nX-Receiver: to@nowhere.test\n\nHello.\n", "550 5.7.1 No route")]
    public async Task A_file_that_cannot_be_sent_lies_in_bad_with_the_reason(string content, string reason)
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        await StartRelayAsync(
            Picking("Queue").Upstream("a", upstream.Address).Set("Routes", new[] { new { To = "*@example.com", Group = "default" } })
        );

        Drop("bad", content);
        await Until.TrueAsync(() => Files("bad").Length == 2, "it is moved");

        var file = Files("bad").Single(static path => path.EndsWith(".eml", StringComparison.Ordinal));
        Assert.That(await File.ReadAllTextAsync(file + ".txt"), Does.Contain(reason));
        Assert.That(await File.ReadAllTextAsync(file), Is.EqualTo(content));
        Assert.That(upstream.Received, Is.Empty);
    }

    [Test]
    public async Task A_file_that_is_put_off_is_tried_again()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        upstream.On(Stage.Mail).Reply("450 4.2.0 later").Times(2);
        await StartRelayAsync(Picking("Proxy").Upstream("a", upstream.Address));

        Drop("later", Content("later"));

        await Until.TrueAsync(() => upstream.Accepted.Count == 1, "it arrives");
        await UntilNothingIsLeftAsync();
        Assert.That(Files("bad"), Is.Empty);
    }

    [Test]
    public async Task Routes_tell_the_folder_by_its_name()
    {
        var (first, second) = (Use(await ScriptedUpstream.StartAsync()), Use(await ScriptedUpstream.StartAsync()));
        await StartRelayAsync(
            Picking("Queue")
                .Upstream("a", first.Address)
                .Set("Groups:files:Upstreams:b:Address", second.Address)
                .Set("Routes", new object[] { new { Listener = "pickup", Group = "files" }, new { Group = "default" } })
        );

        Drop("routed", Content("routed"));

        await Until.TrueAsync(() => second.Accepted.Count == 1, "it arrives");
        Assert.That(first.Received, Is.Empty);
    }

    [Test]
    public async Task A_file_that_is_still_written_and_one_of_another_name_are_left_alone()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        await StartRelayAsync(Picking("Queue").Upstream("a", upstream.Address));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "other.tmp"), Content("other"));

        await using (
            var writing = new FileStream(Path.Combine(_folder.FullName, "slow.eml"), FileMode.CreateNew, FileAccess.Write, FileShare.None)
        )
        {
            await writing.WriteAsync("X-Sender: from@example.com\nX-Receiver: to@example.com\n"u8.ToArray());
            await writing.FlushAsync();
            Drop("whole", Content("whole"));
            await Until.TrueAsync(() => upstream.Accepted.Count == 1, "the other one arrives");
            await writing.WriteAsync("Subject: slow\n\nAll of it.\n"u8.ToArray());
        }

        await Until.TrueAsync(() => upstream.Accepted.Count == 2, "it arrives");
        Assert.That(upstream.Accepted[1].Text, Does.EndWith("Subject: slow\r\n\r\nAll of it.\r\n"));
        Assert.That(File.Exists(Path.Combine(_folder.FullName, "other.tmp")), Is.True);
    }

    [Test]
    public async Task A_link_is_not_followed()
    {
        var upstream = Use(await ScriptedUpstream.StartAsync());
        await StartRelayAsync(Picking("Queue").Upstream("a", upstream.Address));
        var secret = Path.Combine(_folder.FullName, "secret.txt");
        await File.WriteAllTextAsync(secret, Content("secret"));

        File.CreateSymbolicLink(Path.Combine(_folder.FullName, "link.eml"), secret);

        await Until.TrueAsync(() => Files("bad").Length == 2, "it is moved");
        Assert.That(upstream.Received, Is.Empty);
    }

    /// <summary>As after a kill between the commit of the spool and the removal of the file.</summary>
    [Test]
    public async Task A_file_whose_message_the_spool_has_is_not_sent_again_after_a_kill()
    {
        var port = LocalPort.Free();
        var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
        var relay = await StartRelayAsync(Picking("Queue").Upstream("a", address));
        relay.ExpectLogged("is ejected");
        Drop("known", Content("known"));
        await Until.TrueAsync(async () => await CountAsync(relay) == 1, "it is spooled");
        await UntilNothingIsLeftAsync();
        var queue = JsonNode.Parse(await relay.Api.GetStringAsync("/api/v1/queue"))!;
        var id = (string)queue["items"]![0]!["id"]!;

        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "taken", $"{id}.known.eml"), Content("known"));
        await relay.KillAndRestartAsync();
        await UntilNothingIsLeftAsync();
        var upstream = Use(await ScriptedUpstream.StartAsync(port: port));
        await UntilEmptyAsync(relay);

        Assert.That(upstream.Accepted, Has.Count.EqualTo(1));
    }

    /// <summary>As after a kill between the taking of the file and the commit of the spool.</summary>
    [Test]
    public async Task A_file_that_was_taken_and_not_spooled_is_sent_under_its_id_after_a_kill()
    {
        const string Id = "01JQ8ZK5V9X2M7C4B3T6R1N0PA";
        var upstream = Use(await ScriptedUpstream.StartAsync());
        var relay = await StartRelayAsync(Picking("Hybrid").Upstream("a", upstream.Address));
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "taken", $"{Id}.lost.eml"), Content("lost"));

        await relay.KillAndRestartAsync();

        await Until.TrueAsync(() => upstream.Accepted.Count == 1, "it arrives");
        await UntilNothingIsLeftAsync();
        Assert.That(upstream.Accepted[0].Text, Does.Contain($" id {Id};"));
    }

    [TestCase("Queue")]
    [TestCase("Hybrid")]
    [SuppressMessage("Security", "CA5394", Justification = "Chance decides when to kill.")]
    public async Task No_kill_loses_a_file_and_few_arrive_twice(string accept)
    {
        const int Files = 150;
        const int Kills = 3;
        var random = new Random(Kills);
        var upstream = Use(await ScriptedUpstream.StartAsync());
        var relay = await StartRelayAsync(Picking(accept).Upstream("a", upstream.Address, new { Connections = 4 }));
        relay.ExpectLogged("is ejected");

        for (var kill = 0; kill < Kills; kill++)
        {
            for (var number = 0; number < Files / Kills; number++)
            {
                Drop($"n{kill}-{number}", Content($"n{kill}-{number}"));
            }

            var target = upstream.Accepted.Count + random.Next(5, Files / Kills - 10);
            await Until.TrueAsync(() => upstream.Accepted.Count >= target, "some arrive");
            await relay.KillAndRestartAsync();
        }

        await UntilNothingIsLeftAsync();
        await UntilEmptyAsync(relay, TimeSpan.FromMinutes(1));

        var arrivals = upstream
            .Accepted.CountBy(static mail => mail.Text[mail.Text.IndexOf("Subject:", StringComparison.Ordinal)..], StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        Assert.That(arrivals, Has.Count.EqualTo(Files));
        // Those whose dot was on its way at a kill: no more than there are connections.
        Assert.That(arrivals.Values.Count(static times => times > 1), Is.LessThanOrEqualTo(Kills * 4));
        Assert.That(this.Files("bad"), Is.Empty);
    }

    private RelayConfiguration Picking(string accept) =>
        Spooling(accept).Set("Pickup:Path", _folder.FullName).Set("Pickup:Interval", "00:00:00.2").Set("Pickup:RetryAfter", "00:00:01");

    private static string Content(string name) => $"X-Sender: from@example.com\nX-Receiver: to@example.com\nSubject: {name}\n\nHello.\n";

    /// <summary>As a careful program does: whole under another name, then renamed.</summary>
    private void Drop(string name, string content)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path + ".tmp", content);
        File.Move(path + ".tmp", path + ".eml");
    }

    private string[] Files(string folder) => Directory.GetFiles(Path.Combine(_folder.FullName, folder));

    private Task UntilNothingIsLeftAsync() =>
        Until.TrueAsync(
            () => Directory.GetFiles(_folder.FullName, "*.eml").Length == 0 && Files("taken").Length == 0,
            "all files are gone",
            TimeSpan.FromSeconds(40)
        );
}
