namespace Relay.Core.Reception.Access;

/// <summary>
/// Counts what one client did in the last minute, in slots of five seconds. The minute in which a slot falls partly is counted whole, so that no
/// minute, wherever it begins, holds more than was allowed. Safe for many threads.
/// </summary>
internal sealed class MinuteCounter
{
    /// <summary>Length of a slot in seconds.</summary>
    public const int SlotSeconds = 5;

    // A minute, and the slot that has just begun.
    private const int Slots = (60 / SlotSeconds) + 1;

    private readonly int[] _counts = new int[Slots];
    private readonly Lock _lock = new();
    private long _slot;
    private int _sum;
    private bool _isClosed;

    /// <summary>Counts one more if that is within the limit.</summary>
    /// <param name="slot">The number of the slot of now.</param>
    /// <param name="limit">Most in a minute.</param>
    public Take TryTake(long slot, int limit)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return Take.Closed;
            }

            MoveTo(slot);
            if (_sum >= limit)
            {
                return Take.Refused;
            }

            _counts[_slot % Slots]++;
            _sum++;
            return Take.Granted;
        }
    }

    /// <summary>Counts one less: what was taken came to nothing.</summary>
    public void GiveBack(long slot)
    {
        lock (_lock)
        {
            MoveTo(slot);
            if (_counts[_slot % Slots] > 0)
            {
                _counts[_slot % Slots]--;
                _sum--;
            }
        }
    }

    /// <summary>Takes no more if nothing was counted in the last minute; the counter may be forgotten then.</summary>
    public bool CloseIfIdle(long slot)
    {
        lock (_lock)
        {
            MoveTo(slot);
            _isClosed = _sum == 0;
            return _isClosed;
        }
    }

    private void MoveTo(long slot)
    {
        for (var steps = Math.Min(slot - _slot, Slots); steps > 0; steps--)
        {
            var oldest = (slot - steps + 1) % Slots;
            _sum -= _counts[oldest];
            _counts[oldest] = 0;
        }

        _slot = Math.Max(slot, _slot); // threads may come with the slot before
    }
}

/// <summary>What became of a wish to count one more.</summary>
internal enum Take
{
    Granted,
    Refused,

    /// <summary>The counter was given up; there is, or will be, another one for the client.</summary>
    Closed,
}
