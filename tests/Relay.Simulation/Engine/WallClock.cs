using Relay.Simulation.Model;

namespace Relay.Simulation.Engine;

/// <summary>The clock of the machine, which somebody sets, forward or back, now and then. Time itself goes on evenly beside it.</summary>
internal sealed class WallClock(Random random)
{
    private const int Most = 3;

    /// <summary>By how much it is ahead of time.</summary>
    public TimeSpan Offset { get; private set; }

    public void Live(VirtualTime time, TimeSpan end, Ledger ledger)
    {
        for (var left = random.Next(Most + 1); left > 0; left--)
        {
            var jump = (random.Next(2) == 0 ? 1 : -1) * TimeSpan.FromSeconds(Math.Pow(10, 1 + (4.4 * random.NextDouble())));
            time.At(end * random.NextDouble(), () => Jump(jump, ledger));
        }
    }

    private void Jump(TimeSpan jump, Ledger ledger)
    {
        Offset += jump;
        ledger.ClockJumped(jump);
    }
}
