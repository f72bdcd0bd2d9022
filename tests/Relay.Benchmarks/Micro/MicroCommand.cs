using System.CommandLine;
using BenchmarkDotNet.Running;

namespace Relay.Benchmarks.Micro;

/// <summary><c>micro</c>: parts of Relay by themselves, by BenchmarkDotNet, whose options follow.</summary>
internal static class MicroCommand
{
    public static Command Build()
    {
        var command = new Command("micro", "Parts of Relay by themselves; takes the options of BenchmarkDotNet, such as --filter '*Pool*'")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(static parsed => Run([.. parsed.UnmatchedTokens]));
        return command;
    }

    /// <summary>Without a filter BenchmarkDotNet would ask which to run; here that means all.</summary>
    private static int Run(string[] arguments)
    {
        var all = arguments.Length == 0 ? ["--filter", "*"] : arguments;
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(MicroCommand).Assembly).Run(all);
        return summaries.Any(static summary => summary.HasCriticalValidationErrors || summary.Reports.Any(static report => !report.Success))
            ? 1
            : 0;
    }
}
