using Spectre.Console;

namespace Relay.Cli.Sending;

/// <summary>A progress bar on a terminal; nothing where the output goes to a file or another program.</summary>
internal static class SendProgress
{
    public static Task RunAsync(CommandContext context, int count, Func<Action<string>, Task> send)
    {
        if (!context.IsTerminal)
        {
            return send(static _ => { });
        }

        // To the error output: what is piped on stays clean.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) });
        ProgressColumn[] columns =
        [
            new TaskDescriptionColumn(),
            new ProgressBarColumn(),
            new PercentageColumn(),
            new RemainingTimeColumn(),
        ];
        return console
            .Progress()
            .AutoClear(enabled: true)
            .Columns(columns)
            .StartAsync(progress =>
            {
                var task = progress.AddTask("Sending", maxValue: count);
                return send(_ => task.Increment(1));
            });
    }
}
