using System.CommandLine;
using Relay.Benchmarks.Processes;
using Relay.TestKit;

namespace Relay.Benchmarks.Options;

/// <summary>The options that all commands share which measure whole programs, and how such a command ends.</summary>
internal sealed class CommonOptions
{
    private readonly Option<int> _runs = new("--runs") { Description = "Rounds", DefaultValueFactory = static _ => 5 };
    private readonly Option<string> _relay = new("--relay")
    {
        HelpName = "DLL",
        Description = "Another build of Relay",
        DefaultValueFactory = static _ => Repository.Program,
    };

    private readonly Option<string> _output = new("--output")
    {
        HelpName = "FOLDER",
        Description = "For the table and the single runs",
        DefaultValueFactory = static _ => Repository.PathOf("artifacts/benchmarks"),
    };

    private readonly Option<string?> _images = new("--images")
    {
        HelpName = "FOLDER",
        Description = "For the plots; --output when left out",
    };

    private readonly Option<string> _folder = new("--folder")
    {
        Description = "For queues and spools while it runs: a disk, not memory",
        DefaultValueFactory = static _ => Path.GetTempPath(),
    };

    public int Runs(ParseResult parsed) => parsed.GetValue(_runs);

    public string Relay(ParseResult parsed) => parsed.GetValue(_relay)!;

    public string Output(ParseResult parsed) => parsed.GetValue(_output)!;

    public string Images(ParseResult parsed) => parsed.GetValue(_images) ?? Output(parsed);

    public string Folder(ParseResult parsed) => parsed.GetValue(_folder)!;

    /// <summary>Adds them to the command, and gives it what it does.</summary>
    /// <param name="command">With its own options.</param>
    /// <param name="run">Returns the exit code; a <see cref="MeasurementException"/> is told to the user.</param>
    public Command Complete(Command command, Func<ParseResult, CancellationToken, Task<int>> run)
    {
        Positive(_runs);
        foreach (var option in new Option[] { _runs, _relay, _output, _images, _folder })
        {
            command.Add(option);
        }

        command.SetAction((parsed, cancellationToken) => RunAsync(parsed, run, cancellationToken));
        return command;
    }

    /// <summary>Refuses a number below one.</summary>
    public static void Positive(Option<int> option) =>
        option.Validators.Add(result =>
        {
            if (result.Errors.Any())
            {
                return; // it is not even a number
            }

            if (result.GetValueOrDefault<int>() < 1)
            {
                result.AddError($"{option.Name} must be at least 1.");
            }
        });

    private static async Task<int> RunAsync(
        ParseResult parsed,
        Func<ParseResult, CancellationToken, Task<int>> run,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await run(parsed, cancellationToken);
        }
        catch (MeasurementException failure)
        {
            await Console.Error.WriteLineAsync(failure.Message);
            return 1;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return 130; // as a shell tells of Ctrl-C
        }
    }
}
