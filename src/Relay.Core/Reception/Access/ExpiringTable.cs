using System.Diagnostics.CodeAnalysis;

namespace Relay.Core.Reception.Access;

/// <summary>Remembers things for a while, and never more than so many: what clients send must not fill the memory. Safe for many threads.</summary>
/// <param name="time">The clock.</param>
/// <param name="capacity">When it is full what has expired goes, or else what would expire first.</param>
internal sealed class ExpiringTable<TKey, TValue>(TimeProvider time, int capacity)
    where TKey : notnull
{
    private readonly Dictionary<TKey, (TValue Value, long Expires)> _entries = [];
    private readonly Lock _lock = new();

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        lock (_lock)
        {
            return TryGetLocked(key, out value);
        }
    }

    /// <summary>Puts what <paramref name="change"/> makes of the value of now, or of null.</summary>
    /// <returns>The new value.</returns>
    public TValue Update(TKey key, TimeSpan lifetime, Func<TValue?, TValue> change)
    {
        lock (_lock)
        {
            var value = change(TryGetLocked(key, out var before) ? before : default);
            if (_entries.Count >= capacity && !_entries.ContainsKey(key))
            {
                MakeRoom();
            }

            _entries[key] = (value, time.GetTimestamp() + (long)(lifetime.TotalSeconds * time.TimestampFrequency));
            return value;
        }
    }

    public void Remove(TKey key)
    {
        lock (_lock)
        {
            _entries.Remove(key);
        }
    }

    private bool TryGetLocked(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        var isThere = _entries.TryGetValue(key, out var entry) && time.GetTimestamp() < entry.Expires;
        value = isThere ? entry.Value : default;
        return isThere;
    }

    private void MakeRoom()
    {
        var now = time.GetTimestamp();
        foreach (var key in _entries.Where(entry => entry.Value.Expires <= now).Select(entry => entry.Key).ToList())
        {
            _entries.Remove(key);
        }

        if (_entries.Count >= capacity)
        {
            _entries.Remove(_entries.MinBy(entry => entry.Value.Expires).Key);
        }
    }
}
