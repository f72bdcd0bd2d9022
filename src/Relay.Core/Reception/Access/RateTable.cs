using System.Collections.Concurrent;

namespace Relay.Core.Reception.Access;

/// <summary>
/// How often each client did a thing in the last minute. Known clients cost no memory; the table has an end, and while it is full a stranger is not
/// counted: who fills it must not keep others out.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="capacity">Most clients that are remembered.</param>
internal sealed class RateTable(TimeProvider time, int capacity)
{
    private readonly ConcurrentDictionary<ClientNetwork, MinuteCounter> _counters = new();
    private int _count;

    /// <summary>Clients that are remembered now.</summary>
    public int Count => Volatile.Read(ref _count);

    private long Slot => time.GetTimestamp() / (time.TimestampFrequency * MinuteCounter.SlotSeconds);

    /// <summary>Counts one more for the client; false when it had its share of this minute.</summary>
    public bool TryTake(ClientNetwork client, int limit)
    {
        while (true)
        {
            if (!_counters.TryGetValue(client, out var counter) && !TryAdd(client, out counter))
            {
                return true;
            }

            var take = counter.TryTake(Slot, limit);
            if (take != Take.Closed)
            {
                return take == Take.Granted;
            }
        }
    }

    /// <summary>What was taken came to nothing.</summary>
    public void GiveBack(ClientNetwork client)
    {
        if (_counters.TryGetValue(client, out var counter))
        {
            counter.GiveBack(Slot);
        }
    }

    /// <summary>Forgets the clients that did nothing in the last minute.</summary>
    public void ForgetIdle()
    {
        foreach (var (client, counter) in _counters)
        {
            if (counter.CloseIfIdle(Slot) && _counters.TryRemove(KeyValuePair.Create(client, counter)))
            {
                Interlocked.Decrement(ref _count);
            }
        }
    }

    private bool TryAdd(ClientNetwork client, out MinuteCounter counter)
    {
        counter = new MinuteCounter();
        if (Interlocked.Increment(ref _count) <= capacity && _counters.TryAdd(client, counter))
        {
            return true;
        }

        Interlocked.Decrement(ref _count);
        return _counters.TryGetValue(client, out counter!); // another session of the client was first
    }
}
