using Relay.TestKit;
using Relay.TestKit.Processes;

namespace Relay.ScenarioTests.Operators;

/// <summary>The tabulator in real shells: each asks the program what may come next.</summary>
internal sealed class ShellCompletion : Scenario
{
    // tests/run.sh puts it there: Debian has no package of it.
    private static readonly string PowerShell = Repository.PathOf("artifacts/peers/powershell/pwsh");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("relay-shell-");

    [SetUp]
    public async Task InstallRelayAsync()
    {
        var program = Path.Combine(_folder.FullName, "relay");
        await File.WriteAllTextAsync(program, $"#!/bin/sh\nexec dotnet '{Repository.Program}' \"$@\"\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        var configuration = new RelayConfiguration().Upstream("first-one", "127.0.0.1:25").Upstream("second-one", "127.0.0.1:26");
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "own.json"), configuration.ToJson());
    }

    [TearDown]
    public void DeleteFolder() => _folder.Delete(recursive: true);

    [TestCase("bash", "--norc -i", "PS1='> '; bind 'set enable-bracketed-paste off'; source <(relay completion bash); echo re''ady\r")]
    [TestCase("zsh", "-f -i", "PS1='> '; autoload -U compinit; compinit -u -D; source <(relay completion zsh); echo re''ady\r")]
    public async Task The_tabulator_completes_commands_names_and_files(string shell, string options, string begin)
    {
        await using var terminal = PseudoTerminal.Start(
            [shell, .. options.Split(' ')],
            _folder.FullName,
            path: _folder.FullName,
            width: 160
        );
        await terminal.TypeAsync(begin);
        await terminal.ShowsAsync("\nready");

        await terminal.TypeAsync("relay upst\t");
        await terminal.ShowsAsync("> relay upstream");
        await terminal.TypeAsync("dra\t--config own\t");
        await terminal.ShowsAsync("relay upstream drain --config own.json");
        await terminal.TypeAsync("def\t");
        await terminal.ShowsAsync("--config own.json default/");
        await terminal.TypeAsync("s\t");
        await terminal.ShowsAsync("default/second-one");
        await terminal.TypeAsync("\x15" + "exit\r");

        await terminal.WaitForExitAsync();
    }

    [TestCase("relay upst", "upstream")]
    [TestCase("relay upstream drain --config own.json default/s", "default/second-one")]
    [TestCase("relay check --config o", "own.json")]
    [TestCase("relay status --wat", "--watch")]
    public async Task Fish_completes_commands_names_and_files(string line, string expected)
    {
        var script = $"set -x PATH '{_folder.FullName}' $PATH; relay completion fish | source; complete -C '{line}'";

        var result = await ProcessRunner.RunAsync("fish", ["--no-config", "-c", script], folder: _folder.FullName);

        Assert.That(result.Output.Split('\n').Select(static answer => answer.Split('\t')[0].Trim()), Does.Contain(expected), result.Output);
    }

    [TestCase("relay upst", "upstream")]
    [TestCase("relay upstream drain --config own.json default/s", "default/second-one")]
    [TestCase("relay check --config o", "./own.json")]
    [TestCase("relay status --wat", "--watch")]
    public async Task PowerShell_completes_commands_names_and_files(string line, string expected)
    {
        var script =
            $"$env:PATH = '{_folder.FullName}:' + $env:PATH; relay completion powershell | Out-String | Invoke-Expression; "
            + $"(TabExpansion2 -inputScript '{line}' -cursorColumn {line.Length}).CompletionMatches | ForEach-Object CompletionText";

        var result = await ProcessRunner.RunAsync(PowerShell, ["-NoProfile", "-Command", script], folder: _folder.FullName);

        Assert.That(result.Output.Split('\n').Select(static answer => answer.Trim()), Does.Contain(expected), result.Output);
    }
}
