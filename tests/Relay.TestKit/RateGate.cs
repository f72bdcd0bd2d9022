namespace Relay.TestKit;

/// <summary>What a provider's server does with mail above a rate: never more than so many messages in any second, counted by the clock. Safe to ask from many connections.</summary>
public sealed class RateGate(int perSecond)
{
    private readonly Queue<long> _taken = [];
    private readonly Lock _lock = new();
    private volatile int _perSecond = perSecond;
    private int _accepted;
    private int _refused;

    /// <summary>Messages a second that are taken.</summary>
    public int PerSecond
    {
        get => _perSecond;
        set => _perSecond = value;
    }

    public int Accepted => Volatile.Read(ref _accepted);

    public int Refused => Volatile.Read(ref _refused);

    /// <summary>Whether a message that comes now is above the rate; counts it.</summary>
    public bool Refuses()
    {
        lock (_lock)
        {
            var now = TimeProvider.System.GetTimestamp();
            while (_taken.TryPeek(out var oldest) && TimeProvider.System.GetElapsedTime(oldest, now) >= TimeSpan.FromSeconds(1))
            {
                _taken.Dequeue();
            }

            if (_taken.Count >= _perSecond)
            {
                _refused++;
                return true;
            }

            _taken.Enqueue(now);
            _accepted++;
            return false;
        }
    }
}
