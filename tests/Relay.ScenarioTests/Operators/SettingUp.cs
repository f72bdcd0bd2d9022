using System.Text.Json;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Operators;

/// <summary>Somebody who has servers and no configuration: <c>relay init</c> makes one, with options or at a terminal, and Relay runs with it.</summary>
internal sealed class SettingUp : Scenario
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-init-");

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [Test]
    public async Task Options_and_real_servers_make_a_configuration_that_relays()
    {
        var (a, b) = (await StartSmtpSinkAsync(), await StartSmtpSinkAsync());
        var port = LocalPort.Free();

        var init = await RelayAsync("init", "--server", a.Address, "--server", b.Address, "--listen", $"127.0.0.1:{port}", "--json");
        using var document = JsonDocument.Parse(
            init.Output[init.Output.IndexOf('{', StringComparison.Ordinal)..(init.Output.LastIndexOf('}') + 1)]
        );

        Assert.That(init.ExitCode, Is.Zero, init.Output);
        Assert.That(document.RootElement.GetProperty("strategy").GetString(), Is.EqualTo("LeastConnections").Or.EqualTo("Adaptive"));
        var probes = document.RootElement.GetProperty("servers").EnumerateArray().Select(static server => server.GetProperty("probe"));
        Assert.That(probes.Select(static probe => probe.GetProperty("works").GetBoolean()), Is.EqualTo([true, true]));
        await using var relay = RunningProcess.Start(
            "dotnet",
            [
                Repository.Program,
                "run",
                "--config",
                Path.Combine(_folder.FullName, "relay.json"),
                $"--Relay:Admin:Address=127.0.0.1:{LocalPort.Free()}",
            ],
            folder: _folder.FullName
        );
        await Until.TrueAsync(() => LocalPort.IsListening(port), "Relay runs", TimeSpan.FromSeconds(60));
        await using var client = await RawSmtpClient.OpenAsync(port);
        Assert.That(await client.SendMailAsync("a@example.com", "b@example.com", TestMessages.Small), Does.StartWith("250"));
        relay.Terminate();
        await relay.WaitForExitAsync(TimeSpan.FromSeconds(40));
    }

    [Test]
    public async Task A_server_that_does_not_work_leaves_nothing_behind()
    {
        var init = await RelayAsync("init", "--server", $"127.0.0.1:{LocalPort.Free()}");

        Assert.That(init.ExitCode, Is.EqualTo(1));
        Assert.That(init.Output, Does.Contain("Connection refused").And.Contain("--no-probe").And.Contain("nothing was written"));
        Assert.That(_folder.GetFileSystemInfos(), Is.Empty);
    }

    [Test]
    public async Task The_size_of_the_smallest_server_and_the_certificate_of_one_of_ones_own_are_written()
    {
        using var certificate = TestCertificate.SelfSigned();
        var options = new ScriptedUpstreamOptions { Certificate = certificate, Extensions = ["PIPELINING", "SIZE 5000000", "8BITMIME"] };
        var server = Use(await ScriptedUpstream.StartAsync(options));

        var refused = await RelayAsync("init", "--server", server.Address);
        var pinned = await RelayAsync("init", "--server", server.Address, "--pin");
        var text = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "relay.json"));
        var check = await RelayAsync("check", "--probe", "--config", "relay.json");

        Assert.That(refused.ExitCode, Is.EqualTo(1), refused.Output);
        Assert.That(pinned.ExitCode, Is.Zero, pinned.Output);
        var pin = TestCertificate.Pin(certificate).Replace(":", "", StringComparison.Ordinal);
        Assert.That(
            text,
            Does.Contain($"\"Certificate\": \"{pin}\"").And.Contain("\"Tls\": \"StartTls\"").And.Contain("\"MessageSize\": 4934464")
        );
        Assert.That(check.ExitCode, Is.Zero, check.Output);
    }

    [Test]
    public async Task At_a_terminal_it_asks_for_everything_and_keeps_the_password_to_itself()
    {
        using var certificate = TestCertificate.SelfSigned();
        var options = new ScriptedUpstreamOptions
        {
            Certificate = certificate,
            UserName = "app",
            Password = "pass word",
        };
        var (secured, plain) = (Use(await ScriptedUpstream.StartAsync(options)), await StartSmtpSinkAsync());
        await using var terminal = PseudoTerminal.Start(["dotnet", Repository.Program, "init"], _folder.FullName, width: 200, height: 60);

        await AnswerAsync(terminal, "SMTP server, as host:port", secured.Address);
        await AnswerAsync(terminal, "Trust exactly it", "y");
        await AnswerAsync(terminal, "User name", "app");
        await AnswerAsync(terminal, "Password", "wrong");
        await AnswerAsync(terminal, "Keep this user all the same?", "n");
        await terminal.HidesAsync("no such thing");
        await Until.TrueAsync(() => terminal.Screen.Split("User name").Length == 3, "it asks for the user again");
        await terminal.TypeAsync("app\r");
        await Until.TrueAsync(() => terminal.Screen.Split("Password:").Length == 3, "and for the password");
        await terminal.TypeAsync("pass word\r");
        await terminal.ShowsAsync("logged in as app");
        await AnswerAsync(terminal, "Another server, as host:port", plain.Address);
        await Until.TrueAsync(() => terminal.Screen.Split("Another server").Length == 3, "it asks for a third");
        await terminal.TypeAsync("\r");
        await AnswerAsync(terminal, "Strategy [", "RoundRobin");
        await AnswerAsync(terminal, "Where applications send to", "");
        await AnswerAsync(terminal, "relay.json? [Y/n]", "");

        Assert.That(await terminal.WaitForExitAsync(), Is.Zero, terminal.Screen);
        var text = await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "relay.json"));
        Assert.That(text, Does.Contain("\"Strategy\": \"RoundRobin\"").And.Contain("\"UserName\": \"app\"").And.Not.Contain("pass word"));
        Assert.That(terminal.Raw, Does.Not.Contain("pass word"));
        var secret = _folder.GetDirectories("secrets").Single().GetFiles().Single();
        Assert.That(secret.UnixFileMode, Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        Assert.That(await File.ReadAllTextAsync(secret.FullName), Is.EqualTo("pass word\n"));
        var check = await RelayAsync("check", "--probe", "--config", "relay.json");
        Assert.That(check.ExitCode, Is.Zero, check.Output);
    }

    [Test]
    public async Task Ctrl_C_leaves_nothing_behind()
    {
        await using var terminal = PseudoTerminal.Start(["dotnet", Repository.Program, "init"], _folder.FullName);
        await terminal.ShowsAsync("SMTP server, as host:port");
        await terminal.TypeAsync("\x03");

        await terminal.WaitForExitAsync();
        Assert.That(_folder.GetFileSystemInfos(), Is.Empty);
    }

    private static async Task AnswerAsync(PseudoTerminal terminal, string question, string answer)
    {
        await terminal.ShowsAsync(question);
        await terminal.TypeAsync(answer + "\r");
    }

    private Task<ProcessResult> RelayAsync(params string[] arguments) =>
        ProcessRunner.RunAsync("dotnet", [Repository.Program, .. arguments], folder: _folder.FullName);
}
