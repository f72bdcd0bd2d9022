using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Spool;

/// <summary>
/// The disk fails Relay: every few calls of one kind come back with an error, given by strace, or the disk is full. What is answered 250 is on disk all the
/// same: killed and started again on a disk that works, Relay delivers all of it.
/// </summary>
internal sealed class FailingDisk : SpoolScenario
{
    private const int Messages = 60;

    private CountingSink? _sink;

    [TestCase("pwrite64", "EIO", "/spool.db-wal")]
    [TestCase("pwrite64", "ENOSPC", "/spool.db-wal")]
    [TestCase("fdatasync", "EIO", "/spool.db-wal")]
    [TestCase("pread64", "EIO", "/spool.db")]
    [TestCase("fsync", "EIO", "/spool.db.bodies")]
    public async Task A_call_that_fails_now_and_then_costs_no_message(string call, string error, string file)
    {
        // Every seventh, after those of the start, which writes the tables.
        var first = call == "pwrite64" ? 60 : 20;
        var inject = string.Create(CultureInfo.InvariantCulture, $"inject={call}:error={error}:when={first}+7");
        var relay = await StartAsync([
            "strace",
            "-D",
            "-f",
            "-qq",
            "-o",
            "/dev/null",
            "-P",
            $"FOLDER/data{file}",
            "-e",
            $"trace={call}",
            "-e",
            inject,
        ]);

        var (accepted, refused) = await SendAsync(relay);
        await AssertAllArriveAsync(relay, accepted);

        Assert.That(accepted, Is.Not.Empty);
        Assert.That(refused, Has.All.StartsWith("451 4."));
    }

    /// <summary>With nothing kept free what was accepted is safe, but cannot leave: to forget a message takes a little space too.</summary>
    [TestCase(0)]
    [TestCase(600_000)]
    public async Task A_full_disk_costs_no_message(int minimumFree)
    {
        // A disk of one and a half MiB that only this process sees.
        const string Mount = "mkdir -p FOLDER/disk && mount -t tmpfs -o size=1500k tmpfs FOLDER/disk && exec \"$@\"";
        string[] around = ["unshare", "--user", "--map-root-user", "--mount", "--", "sh", "-c", Mount, "sh"];
        var relay = await StartAsync(around, "disk/spool.db", minimumFree);

        var (accepted, refused) = await SendAsync(relay);

        Assert.That(accepted, Is.Not.Empty);
        Assert.That(refused, Is.Not.Empty.And.All.StartsWith(minimumFree > 0 ? "452 4.3.1 " : "45"));
        Assert.That(await CountAsync(relay), Is.EqualTo(accepted.Count));
        if (minimumFree > 0)
        {
            _sink!.Start();
            await UntilEmptyAsync(relay, TimeSpan.FromSeconds(60));
            Assert.That(_sink.Count, Is.EqualTo(accepted.Count));
        }
    }

    private async Task<RelayUnderTest> StartAsync(string[] around, string path = "data/spool.db", int minimumFree = 0)
    {
        _sink = StartCountingSink(keepMessages: true);
        await _sink.StopAsync();
        var configuration = Spooling("Queue").Set("Spool:Path", path).Set("Spool:MinimumFree", minimumFree).Upstream("a", _sink.Address);
        var relay = Use(await RelayUnderTest.StartAsync(configuration, TestContext.CurrentContext.Test.Name, around));
        foreach (
            var expected in (string[])
                ["is ejected", "cannot be stored", "cannot be tried", "is to be written again", "The spool does not work"]
        )
        {
            relay.ExpectLogged(expected);
        }

        return relay;
    }

    /// <summary>Every fourth is larger than what the database keeps itself.</summary>
    private static async Task<(List<string> Accepted, List<string> Refused)> SendAsync(RelayUnderTest relay)
    {
        List<string> accepted = [];
        List<string> refused = [];
        await using var client = await RawSmtpClient.OpenAsync(relay.Port);
        for (var number = 0; number < Messages; number++)
        {
            var sender = string.Create(CultureInfo.InvariantCulture, $"m{number}@load.test");
            var text =
                number % 4 == 0
                    ? string.Concat(Enumerable.Repeat("A line of sixty characters, more or less, to fill a body.\r\n", 1000))
                    : "x\r\n";
            var reply = await client.SendMailAsync(sender, "b@example.com", $"Subject: {number}\r\n\r\n{text}");
            (reply.StartsWith("250", StringComparison.Ordinal) ? accepted : refused).Add(
                reply.StartsWith("250", StringComparison.Ordinal) ? sender : reply
            );
            if (!reply.StartsWith("250", StringComparison.Ordinal))
            {
                await client.CommandAsync("RSET");
            }
        }

        return (accepted, refused);
    }

    private async Task AssertAllArriveAsync(RelayUnderTest relay, List<string> accepted)
    {
        await relay.KillAndRestartAsync(withoutWhatIsAround: true);
        _sink!.Start();
        await UntilEmptyAsync(relay, TimeSpan.FromSeconds(60));

        var arrived = _sink.Messages.Select(static message => message.Sender).ToList();
        Assert.That(arrived, Is.EquivalentTo(accepted), "each once: nothing was under way");
    }
}
