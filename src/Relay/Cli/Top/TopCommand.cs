using System.CommandLine;
using Relay.Cli.Watching;

namespace Relay.Cli.Top;

/// <summary><c>relay top</c>: the running relay at work, and its upstreams under the hand of who looks.</summary>
internal sealed class TopCommand(CommandContext context, AdminConnection connection)
{
    private readonly Option<double> _interval = WatchOptions.Interval("Time between two looks", 1);

    public Command Build()
    {
        var command = new Command("top", "Shows the running relay at work, live; drains, resumes and weighs upstreams by keys")
        {
            _interval,
        };
        foreach (var option in connection.Place)
        {
            command.Add(option);
        }

        command.SetAction(ExecuteAsync);
        return command;
    }

    private async Task<int> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        if (!context.IsScreen || !context.IsInteractive)
        {
            await context.Error.WriteLineAsync("relay: top needs a terminal; relay status --watch, with --json or without, goes anywhere");
            return ExitCode.WrongUse;
        }

        try
        {
            using var client = connection.Open(parsed);
            return await new TopSession(context, client, TimeSpan.FromSeconds(parsed.GetValue(_interval))).RunAsync(cancellationToken);
        }
        catch (AdminFailure failure)
        {
            await context.Error.WriteLineAsync($"relay: {failure.Message}");
            return ExitCode.Failed;
        }
    }
}
