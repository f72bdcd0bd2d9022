using System.Globalization;

namespace Relay.Benchmarks.Processes;

/// <summary>What the first line of <c>/proc/stat</c> tells: times of all cores together since the machine began.</summary>
/// <param name="BusySeconds">Spent on programs, on the kernel, and on other machines of the same hardware.</param>
/// <param name="AllSeconds">The same and idle time.</param>
internal readonly record struct MachineTimes(double BusySeconds, double AllSeconds)
{
    public static MachineTimes Read() => Parse(File.ReadLines("/proc/stat").First());

    /// <param name="line"><c>cpu user nice system idle iowait irq softirq steal …</c> (proc(5)); what follows is contained in user and nice.</param>
    public static MachineTimes Parse(string line)
    {
        const int Idle = 3;
        const int Wait = 4;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var times = words[1..9].Select(static word => long.Parse(word, CultureInfo.InvariantCulture)).ToArray();
        var all = times.Sum();
        return new MachineTimes((all - times[Idle] - times[Wait]) / ProcessTree.TicksPerSecond, all / ProcessTree.TicksPerSecond);
    }
}
