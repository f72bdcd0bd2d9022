namespace Relay.TestKit.Processes;

/// <summary>Runs a program to its end.</summary>
public static class ProcessRunner
{
    /// <summary>Runs it; one that does not end in time is killed.</summary>
    /// <exception cref="TimeoutException">It did not end in time.</exception>
    public static async Task<ProcessResult> RunAsync(
        string file,
        IEnumerable<string> arguments,
        TimeSpan? within = null,
        string? folder = null,
        IReadOnlyDictionary<string, string>? environment = null
    )
    {
        await using var process = RunningProcess.Start(file, arguments, folder: folder, environment: environment);
        var exitCode = await process.WaitForExitAsync(within ?? TimeSpan.FromSeconds(60));
        return new ProcessResult(exitCode, process.Output);
    }
}

/// <summary>What a program said and how it ended.</summary>
/// <param name="ExitCode">0 when it was content.</param>
/// <param name="Output">Standard output and standard error together.</param>
public sealed record ProcessResult(int ExitCode, string Output);
