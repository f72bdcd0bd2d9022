namespace Relay.Simulation.Cluster;

/// <summary>The write-ahead log: one flush at a time takes everything that waits, and takes the longer the more that is.</summary>
internal sealed class SimulatedWal(EventQueue events, ClusterParameters parameters)
{
    private List<Action> _waiting = [];
    private double _bytes;
    private bool _isFlushing;

    /// <summary>Bytes written so far.</summary>
    public double Written { get; private set; }

    public void Flush(double bytes, Action done)
    {
        _waiting.Add(done);
        _bytes += bytes;
        if (!_isFlushing)
        {
            Begin();
        }
    }

    private void Begin()
    {
        var (flushed, bytes) = (_waiting, _bytes);
        (_waiting, _bytes, _isFlushing) = ([], 0, true);
        events.After(parameters.FlushTime + (bytes / parameters.WalBandwidth), () => End(flushed, bytes));
    }

    private void End(List<Action> flushed, double bytes)
    {
        Written += bytes;
        _isFlushing = false;
        foreach (var done in flushed)
        {
            done();
        }

        if (_waiting.Count > 0 && !_isFlushing)
        {
            Begin();
        }
    }
}
