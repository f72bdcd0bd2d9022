using Relay.Simulation.Model;

namespace Relay.Simulation.Engine;

/// <summary>kill -9 at random moments, a start on what is on disk some seconds later, and a disk that fails for a while.</summary>
internal static class Kills
{
    private const int Most = 4;

    public static void Live(Func<World> process, Action restart, Random random, VirtualTime time, TimeSpan end, Ledger ledger)
    {
        var moment = TimeSpan.Zero;
        for (var left = random.Next(1, Most + 1); left > 0 && moment < end; left--)
        {
            moment += (end - moment) * random.NextDouble();
            time.At(moment, () => process().Kill());
            moment += TimeSpan.FromSeconds(random.Next(1, 10));
            time.At(moment, restart);
        }

        if (random.Next(3) == 0)
        {
            time.At(end * random.NextDouble(), () => process().BreakDisk(TimeSpan.FromSeconds(random.Next(1, 30))));
        }

        ledger.Note("there will be kills");
    }
}
