using Spectre.Console;

namespace Relay.Cli.Queue;

/// <summary>A bar on a terminal that counts; nothing where the output goes to a file or another program.</summary>
internal static class QueueProgress
{
    /// <param name="context">The terminal.</param>
    /// <param name="done">The word for what is counted: deleted.</param>
    /// <param name="work">Tells how many there are so far.</param>
    public static Task RunAsync(CommandContext context, string done, Func<Action<int>, Task> work)
    {
        if (!context.IsTerminal)
        {
            return work(static _ => { });
        }

        // To the error output: what is piped on stays clean.
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(context.Error) });
        ProgressColumn[] columns = [new TaskDescriptionColumn(), new ProgressBarColumn(), new ElapsedTimeColumn()];
        return console
            .Progress()
            .AutoClear(enabled: true)
            .Columns(columns)
            .StartAsync(progress =>
            {
                // How many there will be nobody knows: the queue changes meanwhile.
                var task = progress.AddTask($"0 {done}");
                task.IsIndeterminate = true;
                return work(count => task.Description = $"{count} {done}");
            });
    }
}
