using Relay.Core.Configuration;

namespace Relay.Core.Capture;

/// <summary>The faults of a mailbox as they are switched on now, and the dice. Immutable but for the dice.</summary>
/// <param name="faults">Valid ones.</param>
/// <param name="random">Chance; with a seed of its own where it is to be repeatable.</param>
internal sealed class FaultPlan(IReadOnlyList<FaultOptions> faults, Random random)
{
    private readonly Lock _lock = new();

    public IReadOnlyList<FaultOptions> Faults => faults;

    public bool IsEmpty => faults.Count == 0;

    /// <summary>What happens at a stage this time, in the order in which it is written.</summary>
    public IReadOnlyList<FaultOptions> Draw(FaultStage stage)
    {
        lock (_lock)
        {
            return [.. faults.Where(fault => fault.Stage == stage && random.NextDouble() < fault.Probability)];
        }
    }
}
