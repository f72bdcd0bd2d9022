using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Operators;

/// <summary>An operator looks at a running relay for a while: in a pipe, on a terminal, in <c>relay top</c>, and while it is away.</summary>
internal sealed class Watching : Scenario
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-watch-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task A_watched_command_ends_when_the_reader_of_its_pipe_has_gone()
    {
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", StartCountingSink().Address));
        var command =
            $"dotnet '{Repository.Program}' status --watch --json --interval 0.1 --url {relay.Api.BaseAddress} | head -n 3; echo ${{PIPESTATUS[0]}}";

        var result = await ProcessRunner.RunAsync("bash", ["-c", command]);

        var lines = result.Output.Trim().Split('\n');
        Assert.That(lines, Has.Length.EqualTo(4), result.Output);
        Assert.That(lines[3], Is.EqualTo("0"));
        Assert.That(
            lines[..3].Select(static line => JsonDocument.Parse(line).RootElement.GetProperty("status").GetString()),
            Is.All.EqualTo("ready")
        );
    }

    [TestCase("status", "healthy")]
    [TestCase("upstream list", "healthy")]
    [TestCase("queue list", "Nothing in the queue matches.")]
    public async Task On_a_terminal_it_is_drawn_in_place_until_Ctrl_C(string command, string text)
    {
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", StartCountingSink().Address));
        await using var terminal = At([.. command.Split(' '), "--watch", "--interval", "0.1", "--url", relay.Api.BaseAddress!.ToString()]);

        await terminal.ShowsAsync(text);
        await Until.TrueAsync(() => terminal.Raw.Split("\e[H").Length > 5, "it was drawn five times");
        Assert.That(terminal.Screen.Split(text), Has.Length.EqualTo(2), "it stands there once");
        await terminal.TypeAsync("\x03");

        Assert.That(await terminal.WaitForExitAsync(), Is.Zero, terminal.Screen);
    }

    [Test]
    public async Task Top_shows_traffic_and_steers_upstreams_by_keys()
    {
        var (a, b) = (StartCountingSink(), StartCountingSink());
        var relay = await StartRelayAsync(
            new RelayConfiguration().Strategy("RoundRobin").Upstream("a", a.Address).Upstream("b", b.Address)
        );
        await using var terminal = At(["top", "--interval", "0.2", "--url", relay.Api.BaseAddress!.ToString()]);
        await terminal.ShowsAsync(">default/a");
        var isOver = false;
        var sending = new LoadClient(relay.Port, sessions: 2).SendWhileAsync(_ => !Volatile.Read(ref isOver));

        await terminal.ShowsAsync("50 %");
        await terminal.TypeAsync("\e[B");
        await terminal.ShowsAsync(">default/b");
        await terminal.TypeAsync("d");
        await terminal.ShowsAsync("drain default/b? y/n");
        await terminal.TypeAsync("y");
        await relay.WaitForStateAsync("b", "draining");
        await terminal.ShowsAsync("drained by hand");
        await terminal.ShowsAsync("100 %");
        await terminal.TypeAsync("r");
        await relay.WaitForStateAsync("b", "healthy");
        await terminal.TypeAsync("w7\r");
        await terminal.ShowsAsync("set the weight of default/b to 7? y/n");
        await terminal.TypeAsync("y");
        await Until.TrueAsync(async () => (await relay.GetUpstreamsAsync())["b"].Weight == 7, "b weighs 7");
        await terminal.TypeAsync("s");
        await terminal.ShowsAsync("sort: state");
        Volatile.Write(ref isOver, true);
        await sending;
        await terminal.TypeAsync("q");

        Assert.That(await terminal.WaitForExitAsync(), Is.Zero);
        Assert.That(
            terminal.Raw,
            Does.EndWith("\e[?25h\e[?1049l").Or.Contain("\e[?25h\e[?1049l"),
            "the cursor and the page before it are back"
        );
    }

    [Test]
    public async Task Top_says_that_the_relay_is_away_and_goes_on_when_it_is_back()
    {
        var relay = await StartRelayAsync(new RelayConfiguration().Upstream("a", StartCountingSink().Address));
        await using var terminal = At(["top", "--interval", "0.2", "--url", relay.Api.BaseAddress!.ToString()]);
        await terminal.ShowsAsync("default/a");

        await relay.KillAndRestartAsync();
        await Until.TrueAsync(() => terminal.Raw.Contains("no relay answers on", StringComparison.Ordinal), "top says so");
        await terminal.HidesAsync("no relay answers on");
        await terminal.ShowsAsync("ready");
        await terminal.TypeAsync("\x03");

        Assert.That(await terminal.WaitForExitAsync(), Is.Zero);
    }

    [Test]
    public async Task Top_without_a_terminal_names_what_works_there()
    {
        var result = await ProcessRunner.RunAsync("dotnet", [Repository.Program, "top"]);

        Assert.That(result.ExitCode, Is.EqualTo(2));
        Assert.That(result.Output, Does.Contain("status --watch"));
    }

    [Test]
    public async Task Health_is_an_exit_code_for_containers()
    {
        var relay = await StartRelayAsync(
            new RelayConfiguration().Upstream("a", $"127.0.0.1:{LocalPort.Free()}").Set("Admin:Token", "s3cret-of-health")
        );
        relay.Api.DefaultRequestHeaders.Authorization = new("Bearer", "s3cret-of-health");
        // A proxy of the environment is no way to this machine.
        var proxy = new Dictionary<string, string>(StringComparer.Ordinal) { ["http_proxy"] = $"http://127.0.0.1:{LocalPort.Free()}" };

        var good = await HealthAsync(relay.Api.BaseAddress!.ToString(), proxy);
        await relay.Api.PostAsync("/api/v1/upstreams/default/a/drain", content: null);
        var bad = await HealthAsync(relay.Api.BaseAddress.ToString(), proxy);
        var none = await HealthAsync($"http://127.0.0.1:{LocalPort.Free()}", proxy);

        Assert.That((good.ExitCode, good.Output.Trim()), Is.EqualTo((0, "ready")));
        Assert.That(bad.ExitCode, Is.EqualTo(1));
        Assert.That(bad.Output, Does.StartWith("not ready: no upstream"));
        Assert.That(none.ExitCode, Is.EqualTo(1));
    }

    private static Task<ProcessResult> HealthAsync(string url, IReadOnlyDictionary<string, string> environment) =>
        ProcessRunner.RunAsync("dotnet", [Repository.Program, "health", "--url", url], environment: environment);

    private PseudoTerminal At(IEnumerable<string> arguments) =>
        PseudoTerminal.Start(["dotnet", Repository.Program, .. arguments], _folder.FullName);
}
