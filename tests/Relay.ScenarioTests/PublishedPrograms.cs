using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests;

/// <summary>The programs that the publish profiles make: one file that brings its runtime, from any folder.</summary>
[Category("Soak")]
[NonParallelizable] // two that publish at once are in each other's way
internal sealed class PublishedPrograms : Scenario
{
    [Test]
    public async Task On_Linux_it_runs_alone_in_a_folder_and_takes_mail()
    {
        await PublishAsync("linux-x64");
        var folder = Directory.CreateTempSubdirectory("relay-published-");
        foreach (var file in new[] { "Relay", "libe_sqlite3.so" })
        {
            File.Copy(Repository.PathOf($"artifacts/publish/linux-x64/{file}"), Path.Combine(folder.FullName, file));
        }

        var sink = StartCountingSink();
        var port = LocalPort.Free();
        await using (
            var relay = RunningProcess.Start(
                Path.Combine(folder.FullName, "Relay"),
                [
                    "--Relay:Listeners:smtp:Address",
                    $"127.0.0.1:{port}",
                    "--Relay:Groups:default:Upstreams:a:Address",
                    sink.Address,
                    "--Relay:Admin:Address=",
                ],
                folder: "/"
            )
        )
        {
            await Until.TrueAsync(() => relay.HasExited || LocalPort.IsListening(port), "it listens");
            await using var client = await RawSmtpClient.OpenAsync(port);
            Assert.That(await client.SendMailAsync("a@example.com", "b@example.com"), Does.StartWith("250 "), relay.Output);
            relay.Terminate();
            Assert.That(await relay.WaitForExitAsync(TimeSpan.FromSeconds(40)), Is.Zero, relay.Output);
        }

        folder.Delete(recursive: true);
        Assert.That(sink.Count, Is.EqualTo(1));
    }

    [TestCase("win-x64", "Relay.exe", "MZ")]
    [TestCase("linux-arm64", "Relay", "\u007fELF")]
    public async Task For_other_systems_it_is_built(string runtime, string file, string begin)
    {
        await PublishAsync(runtime);
        await using var program = File.OpenRead(Repository.PathOf($"artifacts/publish/{runtime}/{file}"));
        var first = new byte[begin.Length];
        await program.ReadExactlyAsync(first);

        Assert.That(System.Text.Encoding.Latin1.GetString(first), Is.EqualTo(begin));
        Assert.That(File.Exists(Repository.PathOf($"artifacts/publish/{runtime}/appsettings.json")));
    }

    private static async Task PublishAsync(string runtime)
    {
        var run = await ProcessRunner.RunAsync(
            "dotnet",
            ["publish", Repository.PathOf("src/Relay"), $"-p:PublishProfile={runtime}", "-p:CSharpier_Bypass=true", "-v", "quiet"],
            TimeSpan.FromMinutes(15)
        );
        Assert.That(run.ExitCode, Is.Zero, run.Output);
    }
}
