namespace Relay.Simulation.Cluster;

/// <summary>A primary with a synchronous replica: a transaction needs a processor, a flush of the log, and the word of the replica.</summary>
internal sealed class SimulatedDatabase
{
    private readonly EventQueue _events;
    private readonly ClusterParameters _parameters;
    private readonly Random _random;
    private readonly Queue<Action> _ledgerWaiting = new();
    private bool _ledgerIsLocked;

    public SimulatedDatabase(EventQueue events, ClusterParameters parameters, Random random)
    {
        (_events, _parameters, _random) = (events, parameters, random);
        Processors = new SimulatedProcessors(events, parameters.Processors);
        Wal = new SimulatedWal(events, parameters);
    }

    public SimulatedProcessors Processors { get; }

    public SimulatedWal Wal { get; }

    public int Commits { get; private set; }

    /// <summary>A transaction from a node: there and back.</summary>
    public void Commit(double rows, double bytes, Action done)
    {
        var half = _parameters.RoundTrip / 2;
        _events.After(half, () => Run(rows, bytes, () => _events.After(half, done)));
    }

    /// <summary>A transaction that changes the row of a limit: it is locked until the commit is safe.</summary>
    public void AskLedger(Action done)
    {
        var half = _parameters.RoundTrip / 2;
        _events.After(half, () => Lock(() => _events.After(half, done)));
    }

    private void Run(double rows, double bytes, Action done)
    {
        var work = _parameters.ProcessorPerCommit + (rows * _parameters.ProcessorPerWrite);
        Processors.Work(work, () => Wal.Flush(bytes + _parameters.WalBytesPerCommit, () => _events.After(ReplicaTime(), () => End(done))));
    }

    // Half as long to half as long again: were it always the same, nodes would fall into step with the flushes.
    private double ReplicaTime() => _parameters.ReplicaTime * (0.5 + _random.NextDouble());

    private void End(Action done)
    {
        Commits++;
        done();
    }

    private void Lock(Action done)
    {
        if (_ledgerIsLocked)
        {
            _ledgerWaiting.Enqueue(done);
            return;
        }

        _ledgerIsLocked = true;
        Run(rows: 1, bytes: 0, () => Unlock(done));
    }

    private void Unlock(Action done)
    {
        _ledgerIsLocked = false;
        done();
        if (_ledgerWaiting.TryDequeue(out var next))
        {
            Lock(next);
        }
    }
}
