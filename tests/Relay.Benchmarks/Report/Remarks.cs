using Relay.Benchmarks.Processes;

namespace Relay.Benchmarks.Report;

/// <summary>What stands below the tables.</summary>
internal static class Remarks
{
    /// <param name="remarks">What was left out or went wrong.</param>
    /// <param name="others">What others used in each run.</param>
    public static string Write(IEnumerable<string> remarks, IEnumerable<double> others)
    {
        string[] doubts = others.Any(static share => share > OtherLoad.Bearable)
            ? ["Others used more than a tenth of the machine in runs of the rows whose last figure is bold: measure those again."]
            : [];
        return string.Concat(remarks.Concat(doubts).Select(static remark => $"* {remark}\n"));
    }
}
