using System.CommandLine;
using Relay.Reloading;

namespace Relay.Cli;

/// <summary><c>relay run</c>: relays until it is told to stop.</summary>
internal sealed class RunCommand(CommandContext context, Option<string?> config)
{
    public Command Build()
    {
        var command = new Command("run", "Relays mail until it is told to stop (SIGTERM, Ctrl+C)");
        command.SetAction(ExecuteAsync);
        return command;
    }

    public async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var file = parsed.GetValue(config);
        var result = ConfigurationOutput.Load(context, file);
        if (result.Options is not { } options)
        {
            ConfigurationOutput.WriteErrors(context.Error, result);
            return ExitCode.Failed;
        }

        var source = new ConfigurationSource(result.File, () => ConfigurationOutput.Load(context, file))
        {
            Check = (text, readsFiles) => ConfigurationOutput.Check(context, file, text, readsFiles),
            Origins = result.Origins,
        };
        await using var host = new RelayHost(options, source);
        try
        {
            if (await host.TryStartAsync(cancellationToken) is { } failure)
            {
                await context.Error.WriteLineAsync($"relay: {failure}");
                return ExitCode.Failed;
            }
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Success; // asked to end while it started
        }

        await host.WaitForStopAsync(cancellationToken);
        return ExitCode.Success;
    }
}
