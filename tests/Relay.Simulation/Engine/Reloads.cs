namespace Relay.Simulation.Engine;

/// <summary>Reloads at random moments.</summary>
internal static class Reloads
{
    private const int Most = 8;

    public static void Live(World world, Random random, Pump pump, VirtualTime time, TimeSpan end, Action<Exception> failed)
    {
        void Once() =>
            pump.Start(
                () =>
                {
                    world.Reload(random);
                    return Task.CompletedTask;
                },
                failed
            );

        for (var left = random.Next(1, Most + 1); left > 0; left--)
        {
            var moment = end * random.NextDouble();
            time.At(moment, Once);
            if (random.Next(2) == 0)
            {
                // Somebody thinks better of it at once: what went comes back before its deliveries have ended.
                time.At(moment + TimeSpan.FromMilliseconds(random.Next(5000)), Once);
            }
        }
    }
}
