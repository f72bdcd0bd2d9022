namespace Relay.Cli.Queue;

/// <summary>Asks before much is changed at once. Where nobody can be asked, <c>--yes</c> has to stand in the command.</summary>
internal static class Confirmation
{
    /// <summary>Null when it may go on; else the exit code.</summary>
    /// <param name="context">The terminal.</param>
    /// <param name="what">"delete all messages that match".</param>
    /// <param name="isGiven">It was said beforehand.</param>
    /// <param name="cancellationToken">Ctrl+C.</param>
    public static async Task<int?> AskAsync(CommandContext context, string what, bool isGiven, CancellationToken cancellationToken)
    {
        if (isGiven)
        {
            return null;
        }

        if (!context.IsInteractive)
        {
            await context.Error.WriteLineAsync($"relay: to {what} without a terminal to ask on, add --yes");
            return ExitCode.WrongUse;
        }

        await context.Error.WriteAsync($"{what}? [y/N] ");
        await context.Error.FlushAsync(cancellationToken);
        var answer = await context.Input.ReadLineAsync(cancellationToken);
        if (answer?.Trim() is { } text && (Is(text, "y") || Is(text, "yes")))
        {
            return null;
        }

        await context.Error.WriteLineAsync("relay: nothing was changed");
        return ExitCode.Failed;
    }

    private static bool Is(string answer, string yes) => string.Equals(answer, yes, StringComparison.OrdinalIgnoreCase);
}
