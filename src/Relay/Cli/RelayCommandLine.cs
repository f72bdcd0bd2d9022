using System.CommandLine;
using Relay.Cli.Queue;

namespace Relay.Cli;

/// <summary>The command <c>relay</c>: a file for each sub-command, this list of them, and what is wrong use.</summary>
internal sealed class RelayCommandLine(CommandContext context)
{
    public async Task<int> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken = default)
    {
        if (!SettingArguments.TryTake(arguments, out var settings, out var rest, out var error))
        {
            return WrongUse([error]);
        }

        var command = Build(context with { Sources = context.Sources with { CommandLine = settings } });
        var parsed = command.Parse(rest);
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

    private static RootCommand Build(CommandContext context)
    {
        var config = new Option<string?>("--config")
        {
            HelpName = "FILE",
            Description = "Configuration file, in place of appsettings.json",
            Recursive = true,
        };
        var run = new RunCommand(context, config);
        var connection = new AdminConnection(context, config);
        var root = new RootCommand("Relay, an SMTP relay that balances mail over several servers. Without a command it runs.")
        {
            config,
            run.Build(),
            new CheckCommand(context, config).Build(),
            new StatusCommand(context, connection).Build(),
            new UpstreamCommand(context, connection).Build(),
            new QueueCommand(context, connection).Build(),
            new ExplainCommand(context, connection).Build(),
            new SendCommand(context, config).Build(),
            new HashPasswordCommand(context).Build(),
            new ReloadCommand(context, connection).Build(),
        };
        root.SetAction(run.ExecuteAsync);
        root.Description += $"{Environment.NewLine}Any key of the configuration can be given too: --Relay:HostName relay.example.com";
        return root;
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
