namespace Relay.Footprint;

/// <summary>
/// Has the memory given back that the runtime's compiler has used. Under its first load a process compiles its busy methods anew; what that takes is freed, but stays with the process: 9 MiB
/// of 150 (docs/reliability.md). In the steady state nothing is compiled any more, and nothing is done.
/// </summary>
/// <param name="compiled">How many methods were compiled since the start.</param>
/// <param name="tryTrim">Gives free memory back; false when that cannot be done here.</param>
/// <param name="time">The clock.</param>
internal sealed class CompilerMemory(Func<long> compiled, Func<bool> tryTrim, TimeProvider time) : PeriodicService(Interval, time)
{
    /// <summary>So few leave little behind: some tens of kilobytes each.</summary>
    public const int WorthIt = 50;

    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private long _seen;

    protected override bool Look()
    {
        var now = compiled();
        if (now - _seen < WorthIt)
        {
            return true;
        }

        _seen = now;
        return tryTrim();
    }
}
