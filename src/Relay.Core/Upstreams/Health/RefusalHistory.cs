using System.Numerics;

namespace Relay.Core.Upstreams.Health;

/// <summary>
/// Which of a server's last 20 messages it refused. A server that refuses everything is fast and has few deliveries in flight: to a
/// balancer it looks like the best of all, and must not attract the mail. Not safe for many threads: its owner holds a lock.
/// </summary>
internal sealed class RefusalHistory
{
    public const int Capacity = 20;
    private const uint Mask = (1u << Capacity) - 1;

    private uint _refused;
    private int _count;

    public int Count => _count;

    public int Refused => BitOperations.PopCount(_refused);

    /// <summary>At least half of the last 20.</summary>
    public bool IsRefusingMuch => _count == Capacity && Refused * 2 >= Capacity;

    public void Record(bool isRefused)
    {
        _refused = ((_refused << 1) | (isRefused ? 1u : 0u)) & Mask;
        _count = Math.Min(_count + 1, Capacity);
    }

    public void Clear()
    {
        _refused = 0;
        _count = 0;
    }
}
