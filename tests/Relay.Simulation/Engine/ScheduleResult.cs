using Relay.Simulation.Model;

namespace Relay.Simulation.Engine;

/// <summary>What a schedule came to.</summary>
internal sealed record ScheduleResult(int Seed, Ledger Ledger, int Messages, TimeSpan Length)
{
    private const int TraceLines = 150;

    public bool HasFailed => Ledger.Violations.Count > 0;

    /// <summary>What was broken, how to see it again, and what came before.</summary>
    public override string ToString() =>
        $"Seed {Seed} breaks: {string.Join("; ", Ledger.Violations)}\n"
        + $"Replay it with RELAY_SIMULATION_SEED={Seed}.\n"
        + string.Join('\n', Ledger.Trace.TakeLast(TraceLines));
}
