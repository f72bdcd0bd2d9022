using System.CommandLine;

namespace Relay.Cli.Completion;

/// <summary><c>relay completion bash|zsh|fish|powershell</c>: the script that has a shell ask the program itself what may come next.</summary>
internal sealed class CompletionCommand(CommandContext context)
{
    private readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh, fish or powershell" };

    public Command Build()
    {
        _shell.AcceptOnlyFromAmong([.. ShellScripts.Names]);
        var command = new Command("completion", "Prints the script that completes commands, options and names in a shell") { _shell };
        command.SetAction(parsed => context.Output.Write(ShellScripts.Of(parsed.GetRequiredValue(_shell))));
        return command;
    }
}
