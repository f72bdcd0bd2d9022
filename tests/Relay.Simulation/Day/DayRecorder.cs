using System.Globalization;
using System.Text;
using Relay.Simulation.Engine;

namespace Relay.Simulation.Day;

/// <summary>What happened in each minute of a day (or of the part of it that a small day is), as the providers saw it.</summary>
internal sealed class DayRecorder(DayPlan plan, VirtualTime time)
{
    /// <summary>Parts of a day that are told apart.</summary>
    public const int Parts = 1440;

    private readonly Dictionary<string, int[]> _counted = PerAccount(plan);
    private readonly Dictionary<string, int[]> _putOff = PerAccount(plan);
    private readonly int[] _spooled = new int[Parts];

    /// <summary>Messages that accounts have counted.</summary>
    public int Sent { get; private set; }

    /// <summary>When the last of them was.</summary>
    public TimeSpan LastAt { get; private set; }

    public int SentBy(string account) => _counted[account].Sum();

    public int PutOffBy(string account) => _putOff[account].Sum();

    public void Counted(string account)
    {
        Sent++;
        LastAt = time.Now;
        _counted[account][PartOf(time.Now)]++;
    }

    public void PutOff(string account) => _putOff[account][PartOf(time.Now)]++;

    /// <summary>So many rows are in the spool.</summary>
    public void Spooled(int rows) => _spooled[PartOf(time.Now)] = rows;

    /// <summary>One line a minute.</summary>
    public string ToCsv(IReadOnlyList<TimeSpan> best)
    {
        var names = plan.Accounts.Select(static account => account.Name).ToList();
        var csv = new StringBuilder("minute,arrived,best,spooled");
        names.ForEach(name => csv.Append(CultureInfo.InvariantCulture, $",{name},{name}:put off"));
        csv.Append('\n');
        var (arrived, sent) = (PerPart(plan.Arrivals), PerPart(best));
        for (var part = 0; part < Parts; part++)
        {
            csv.Append(CultureInfo.InvariantCulture, $"{part},{arrived[part]},{sent[part]},{_spooled[part]}");
            names.ForEach(name => csv.Append(CultureInfo.InvariantCulture, $",{_counted[name][part]},{_putOff[name][part]}"));
            csv.Append('\n');
        }

        return csv.ToString();
    }

    private static Dictionary<string, int[]> PerAccount(DayPlan plan) =>
        plan.Accounts.ToDictionary(static account => account.Name, static _ => new int[Parts], StringComparer.Ordinal);

    private int[] PerPart(IEnumerable<TimeSpan> instants)
    {
        var parts = new int[Parts];
        foreach (var instant in instants)
        {
            parts[PartOf(instant)]++;
        }

        return parts;
    }

    private int PartOf(TimeSpan instant) => Math.Min((int)(instant / plan.Length * Parts), Parts - 1);
}
