using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Relay.Benchmarks.Processes;

/// <summary>Programs that run to their end.</summary>
internal static partial class Tool
{
    private static readonly string[] SystemFolders = ["/usr/local/sbin", "/usr/sbin", "/sbin"]; // a user's PATH may lack them

    /// <summary>Null when it is not installed.</summary>
    public static string? Find(string program)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries);
        return folders.Concat(SystemFolders).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);
    }

    /// <exception cref="MeasurementException">One of them is not installed.</exception>
    public static void Require(params IEnumerable<string> programs)
    {
        string[] missing = [.. programs.Where(static program => Find(program) is null)];
        if (missing.Length > 0)
        {
            throw new MeasurementException(
                $"{string.Join(", ", missing)} not found: compare --install installs it, smtp-source and smtp-sink with Postfix."
            );
        }
    }

    /// <summary>Runs it and returns what it wrote to standard output.</summary>
    /// <exception cref="MeasurementException">It failed, or took too long and was killed.</exception>
    public static async Task<string> RunAsync(IReadOnlyList<string> command, TimeSpan within, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo(Find(command[0]) ?? command[0], command.Skip(1))
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Start(start);
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(within, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var output = process.StandardOutput.ReadToEndAsync(either.Token);
            var error = process.StandardError.ReadToEndAsync(either.Token);
            await process.WaitForExitAsync(either.Token);
            return process.ExitCode == 0
                ? await output
                : throw new MeasurementException($"{command[0]} ended with {process.ExitCode}: {Tail(await output + await error)}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MeasurementException($"{command[0]} was not done after {within.TotalSeconds:F0} s.");
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }

    /// <summary>The line that a program tells its version on: the first that is not empty, on either stream.</summary>
    public static async Task<string> FirstLineAsync(IReadOnlyList<string> command, CancellationToken cancellationToken)
    {
        // nginx tells its version on standard error.
        string[] shell = ["sh", "-c", "PATH=\"$PATH:/usr/sbin\"; \"$@\" 2>&1", "sh", .. command];
        var output = Colours().Replace(await RunAsync(shell, TimeSpan.FromSeconds(20), cancellationToken), "");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault("unknown version").Trim();
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new MeasurementException($"{start.FileName} did not start.");
        }
        catch (Win32Exception failure)
        {
            throw new MeasurementException($"{start.FileName} cannot be started: {failure.Message}");
        }
    }

    private static string Tail(string text) => text[Math.Max(0, text.Length - 500)..].Trim();

    [GeneratedRegex(@"\e\[[0-9;]*m", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Colours();
}
