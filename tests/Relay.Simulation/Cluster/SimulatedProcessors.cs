namespace Relay.Simulation.Cluster;

/// <summary>The processors of the database's machine: each works on one transaction at a time, and who finds all of them taken waits his turn.</summary>
internal sealed class SimulatedProcessors(EventQueue events, int count)
{
    private readonly Queue<(double Seconds, Action Done)> _waiting = new();
    private int _free = count;

    /// <summary>Seconds worked, by all of them.</summary>
    public double Worked { get; private set; }

    public void Work(double seconds, Action done)
    {
        if (_free == 0)
        {
            _waiting.Enqueue((seconds, done));
            return;
        }

        _free--;
        Begin(seconds, done);
    }

    private void Begin(double seconds, Action done)
    {
        Worked += seconds;
        events.After(seconds, () => End(done));
    }

    private void End(Action done)
    {
        if (_waiting.TryDequeue(out var next))
        {
            Begin(next.Seconds, next.Done);
        }
        else
        {
            _free++;
        }

        done();
    }
}
