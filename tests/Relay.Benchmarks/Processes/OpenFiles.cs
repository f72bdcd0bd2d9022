using System.Globalization;

namespace Relay.Benchmarks.Processes;

/// <summary>How many files and sockets a process may hold. The runtime raises its own limit to the highest it may have, and what it starts inherits that.</summary>
internal static class OpenFiles
{
    private const int Spare = 200;

    /// <summary>Connections that a proxy can hold which has one to an upstream for each.</summary>
    public static int MostProxied() => MostProxied(File.ReadLines("/proc/self/limits"));

    /// <param name="limits">Lines of <c>/proc/PID/limits</c>: name, soft limit, hard limit.</param>
    public static int MostProxied(IEnumerable<string> limits)
    {
        const string Name = "Max open files";
        var line = limits.First(static line => line.StartsWith(Name, StringComparison.Ordinal));
        var soft = line[Name.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return int.TryParse(soft, CultureInfo.InvariantCulture, out var files) ? Math.Max(1, (files - Spare) / 2) : int.MaxValue;
    }
}
