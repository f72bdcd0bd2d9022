namespace Relay.Benchmarks.Processes;

/// <summary>Processes that were started here, with all that came of them: Postfix and nginx are many.</summary>
internal sealed class ProcessTree(IReadOnlyList<int> roots)
{
    /// <summary>USER_HZ, in which the kernel tells times to programs: 100 on all that .NET runs on.</summary>
    public const double TicksPerSecond = 100;

    /// <summary>CPU seconds of all of them so far, those that have ended included, as far as their parents waited for them.</summary>
    public double CpuSeconds() => Members().Sum(static stat => stat.CpuTicks) / TicksPerSecond;

    /// <summary>Resident memory of all of them now. Pages that several share count once for each.</summary>
    public double ResidentMiB() => Members().Sum(static stat => stat.ResidentPages) * (Environment.SystemPageSize / 1024.0 / 1024.0);

    public IReadOnlyList<ProcessStat> Members()
    {
        var children = ProcessStat.ReadAll().ToLookup(static stat => stat.Parent);
        var found = roots.Select(ProcessStat.Read).OfType<ProcessStat>().ToList();
        for (var index = 0; index < found.Count; index++)
        {
            found.AddRange(children[found[index].Id]);
        }

        return found;
    }
}
