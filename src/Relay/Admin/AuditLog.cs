using Relay.Live;

namespace Relay.Admin;

/// <summary>The last actions of operators, for whoever looks without the log at hand. The log has them all.</summary>
internal sealed class AuditLog(TimeProvider time)
{
    public const int Most = 1000;

    /// <summary>Whoever searches for something long must not fill the memory with it.</summary>
    private const int LongestText = 300;

    private readonly Lock _lock = new();
    private readonly Ring<AuditEntry> _entries = new(Most);
    private long _number;

    /// <summary>Raised for each, where it happens: whoever listens must only take note.</summary>
    public event Action<AuditEntry>? Added;

    public AuditEntry Add(string who, string action, string target, string result, string? node = null)
    {
        AuditEntry entry;
        lock (_lock)
        {
            entry = new AuditEntry(++_number, time.GetUtcNow(), who, action, Cut(target), Cut(result), node);
            _entries.Add(entry);
        }

        Added?.Invoke(entry);
        return entry;
    }

    /// <summary>The newest first.</summary>
    /// <param name="before">Only those with a lower number; null begins with the newest.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<AuditEntry> List(long? before, int limit)
    {
        lock (_lock)
        {
            return [.. _entries.Items.Reverse().Where(entry => before is null || entry.Number < before).Take(limit)];
        }
    }

    private static string Cut(string text)
    {
        var line = text.ReplaceLineEndings(" ");
        return line.Length <= LongestText ? line : line[..LongestText] + "…";
    }
}
