using System.CommandLine;
using System.CommandLine.Help;
using Relay.Cli.Completion;
using Relay.Cli.Messages;
using Relay.Cli.Planning;
using Relay.Cli.Queue;
using Relay.Cli.Setup;
using Relay.Cli.Top;

namespace Relay.Cli;

/// <summary>The command <c>relay</c>: a file for each sub-command, this list of them, and what is wrong use.</summary>
internal sealed class RelayCommandLine(CommandContext context)
{
    /// <summary>What begins with @ is a domain that somebody looks for, not a file with more arguments.</summary>
    private static readonly ParserConfiguration NoResponseFiles = new() { ResponseFileTokenReplacer = null };

    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        if (Suggestions.AreWanted(arguments))
        {
            return Suggest(Suggestions.LineOf(arguments));
        }

        if (!SettingArguments.TryTake(arguments, out var settings, out var rest, out var error))
        {
            return WrongUse([error]);
        }

        var command = Build(context with { Sources = context.Sources with { CommandLine = settings } });
        var parsed = command.Parse(rest, NoResponseFiles);
        if (parsed.Errors.Count > 0)
        {
            return WrongUse(parsed.Errors.Select(fault => fault.Message));
        }

        // The host handles signals itself: it needs its time to let running transactions finish.
        var invocation = new InvocationConfiguration
        {
            Output = context.Output,
            Error = context.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = null,
        };
        return await parsed.InvokeAsync(invocation, cancellationToken);
    }

    /// <summary>All of the command line, as it is parsed.</summary>
    public static Command Build(CommandContext context)
    {
        var config = new Option<string?>("--config")
        {
            HelpName = "FILE",
            Description = "Configuration file, in place of appsettings.json",
            Recursive = true,
        };
        var run = new RunCommand(context, config);
        var connection = new AdminConnection(context, config);
        var names = new ConfiguredNames(context, config);
        // No RootCommand: that calls itself by the name of the file that runs, which may be Relay.dll.
        var root = new Command("relay", "Relay, an SMTP relay that balances mail over several servers. Without a command it runs.")
        {
            new HelpOption(),
            new VersionOption(),
            config,
            run.Build(),
            new InitCommand(context).Build(),
            new CheckCommand(context, config).Build(),
            new PlanCommand(context, connection, config, names).Build(),
            new StatusCommand(connection).Build(),
            new HealthCommand(connection).Build(),
            new TopCommand(context, connection).Build(),
            new UpstreamCommand(context, connection, names).Build(),
            new QueueCommand(context, connection, names).Build(),
            new MessagesCommand(context, connection, names).Build(),
            new ExplainCommand(context, connection, names).Build(),
            new SendCommand(context, config).Build(),
            new HashPasswordCommand(context).Build(),
            new ReloadCommand(context, connection).Build(),
            new CompletionCommand(context).Build(),
        };
        root.SetAction(run.ExecuteAsync);
        root.Description += $"{Environment.NewLine}Any key of the configuration can be given too: --Relay:HostName relay.example.com";
        return root;
    }

    private int Suggest(string line)
    {
        foreach (var word in Suggestions.For(Build(context), line))
        {
            context.Output.WriteLine(word);
        }

        return ExitCode.Success;
    }

    private int WrongUse(IEnumerable<string> errors)
    {
        foreach (var error in errors)
        {
            context.Error.WriteLine($"relay: {error}");
        }

        context.Error.WriteLine("relay --help lists the commands and options.");
        return ExitCode.WrongUse;
    }
}
