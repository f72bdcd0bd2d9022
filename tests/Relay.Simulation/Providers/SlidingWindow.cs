namespace Relay.Simulation.Providers;

/// <summary>
/// What was counted in the last window: exactly, by the instants themselves. Told in other words than Relay's own account of the same thing, which must not
/// agree with it by a common mistake.
/// </summary>
internal sealed class SlidingWindow(Ration ration)
{
    private readonly Queue<TimeSpan> _counted = new();

    public Ration Ration => ration;

    /// <summary>What has been counted since a window ago; what is exactly that old is out of it.</summary>
    public int CountAt(TimeSpan now)
    {
        while (_counted.TryPeek(out var oldest) && oldest <= now - ration.Window)
        {
            _counted.Dequeue();
        }

        return _counted.Count;
    }

    public bool HasRoomAt(TimeSpan now) => CountAt(now) < ration.Count;

    public void Add(TimeSpan now) => _counted.Enqueue(now);
}
