using Relay.Core.Configuration;

namespace Relay.Core.Capture;

/// <summary>The faults of one mailbox: those of the configuration, until others are switched on by hand.</summary>
/// <param name="random">Chance, where the configuration gives no seed.</param>
internal sealed class CaptureFaults(Random random)
{
    private readonly Lock _lock = new();
    private volatile FaultPlan _plan = new([], random);
    private IReadOnlyList<FaultOptions> _configured = [];
    private int? _seed;

    /// <summary>Raised after each change: connections that stand were made under the old ones.</summary>
    public event Action? Changed;

    public FaultPlan Plan => _plan;

    /// <summary>Takes over what the configuration says, if that is something else than before: what was switched by hand stays until then.</summary>
    public void Configure(IReadOnlyList<FaultOptions> faults, int? seed)
    {
        lock (_lock)
        {
            if (_seed == seed && _configured.SequenceEqual(faults))
            {
                return;
            }

            (_configured, _seed) = (faults, seed);
            _plan = PlanOf(faults);
        }

        Changed?.Invoke();
    }

    /// <summary>Switches by hand, until the process ends or the configuration changes.</summary>
    /// <param name="faults">Valid ones.</param>
    public void Set(IReadOnlyList<FaultOptions> faults)
    {
        lock (_lock)
        {
            _plan = PlanOf(faults);
        }

        Changed?.Invoke();
    }

    private FaultPlan PlanOf(IReadOnlyList<FaultOptions> faults) => new(faults, _seed is { } seed ? new Random(seed) : random);
}
