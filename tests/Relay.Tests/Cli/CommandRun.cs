using Relay.Cli;
using Relay.Core.Configuration.Loading;

namespace Relay.Tests.Cli;

/// <summary>One run of the command line within the process: what it printed and how it ended.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    public static Task<CommandRun> OfAsync(TemporaryFolder folder, params string[] arguments) =>
        OfAsync(folder, new Dictionary<string, string>(StringComparer.Ordinal), arguments);

    /// <summary>A run at a terminal, where somebody types the answer.</summary>
    public static Task<CommandRun> AnsweringAsync(TemporaryFolder folder, string answer, params string[] arguments) =>
        OfAsync(folder, new Dictionary<string, string>(StringComparer.Ordinal), answer, arguments);

    /// <summary>A run that has been asked to end before it is at work.</summary>
    public static Task<CommandRun> EndedAsync(TemporaryFolder folder, params string[] arguments) =>
        OfAsync(
            folder,
            new Dictionary<string, string>(StringComparer.Ordinal),
            answer: null,
            arguments,
            new CancellationToken(canceled: true)
        );

    public static Task<CommandRun> OfAsync(
        TemporaryFolder folder,
        IReadOnlyDictionary<string, string> environment,
        params string[] arguments
    ) => OfAsync(folder, environment, answer: null, arguments);

    private static async Task<CommandRun> OfAsync(
        TemporaryFolder folder,
        IReadOnlyDictionary<string, string> environment,
        string? answer,
        string[] arguments,
        CancellationToken cancellationToken = default
    )
    {
        using var input = new StringReader(answer ?? "");
        using var output = new StringWriter();
        using var error = new StringWriter();
        var context = new CommandContext
        {
            Output = output,
            Error = error,
            OpenBinaryOutput = static () => Stream.Null,
            Input = input,
            ReadHidden = input.ReadLine,
            IsInteractive = answer is not null,
            Sources = new ConfigurationSources
            {
                CurrentFolder = folder.Path,
                ProgramFolder = folder.Path,
                Environment = environment,
            },
        };
        var exitCode = await new RelayCommandLine(context).RunAsync(arguments, cancellationToken);
        return new CommandRun(exitCode, output.ToString(), error.ToString());
    }
}
