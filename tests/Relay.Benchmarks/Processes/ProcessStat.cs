using System.Globalization;

namespace Relay.Benchmarks.Processes;

/// <summary>What <c>/proc/PID/stat</c> tells of one process.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Of its program, at most 15 characters.</param>
/// <param name="Parent">Id of its parent.</param>
/// <param name="CpuTicks">User and system time, its own and that of children which have ended and were waited for.</param>
/// <param name="StartedAt">With the id it names a process for good: ids are used again.</param>
/// <param name="ResidentPages">Memory that is there now, shared pages included.</param>
internal readonly record struct ProcessStat(int Id, string Name, int Parent, long CpuTicks, long StartedAt, long ResidentPages)
{
    /// <summary>Null when it has ended.</summary>
    public static ProcessStat? Read(int id)
    {
        try
        {
            // The name stands in brackets and may hold anything, also brackets and blanks. Behind it comes field 3 of proc(5).
            var text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/stat"));
            var (nameBegin, nameEnd) = (text.IndexOf('(', StringComparison.Ordinal) + 1, text.LastIndexOf(')'));
            var fields = text[(nameEnd + 2)..].Split(' ');
            long Field(int number) => long.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return new ProcessStat(
                id,
                text[nameBegin..nameEnd],
                (int)Field(4),
                Field(14) + Field(15) + Field(16) + Field(17),
                Field(22),
                Field(24)
            );
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static IEnumerable<ProcessStat> ReadAll()
    {
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) && Read(id) is { } stat)
            {
                yield return stat;
            }
        }
    }
}
