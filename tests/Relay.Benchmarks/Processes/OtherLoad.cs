namespace Relay.Benchmarks.Processes;

/// <summary>
/// What others do to the machine meanwhile: all CPU time less that of this program and everything it has started. What the hypervisor takes
/// away counts as theirs.
/// </summary>
internal sealed class OtherLoad
{
    /// <summary>The share from which a run is worth little.</summary>
    public const double Bearable = 0.1;

    private readonly ProcessTree _own = new([Environment.ProcessId]);
    private readonly MachineTimes _machine;
    private readonly double _ownSeconds;

    /// <summary>Begins to watch.</summary>
    public OtherLoad()
    {
        _ownSeconds = _own.CpuSeconds();
        _machine = MachineTimes.Read();
    }

    /// <summary>Their share of all cores since the beginning. Below zero it is the coarse clock that speaks.</summary>
    public double Share()
    {
        var machine = MachineTimes.Read();
        var own = _own.CpuSeconds() - _ownSeconds;
        var whole = machine.AllSeconds - _machine.AllSeconds;
        return whole <= 0 ? 0 : Math.Clamp((machine.BusySeconds - _machine.BusySeconds - own) / whole, 0, 1);
    }
}
