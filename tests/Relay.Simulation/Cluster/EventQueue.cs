namespace Relay.Simulation.Cluster;

/// <summary>What happens, in the order of its times; of two things at one time the one that was planned first.</summary>
internal sealed class EventQueue
{
    private readonly PriorityQueue<Action, (double At, long Number)> _events = new();
    private long _number;

    /// <summary>Seconds since the begin.</summary>
    public double Now { get; private set; }

    public void After(double seconds, Action what) => _events.Enqueue(what, (Now + seconds, _number++));

    public void RunUntil(double end)
    {
        while (_events.TryPeek(out _, out var next) && next.At <= end)
        {
            var what = _events.Dequeue();
            Now = next.At;
            what();
        }

        Now = end;
    }
}
