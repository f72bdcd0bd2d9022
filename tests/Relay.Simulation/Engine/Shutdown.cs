using Relay.Simulation.Model;

namespace Relay.Simulation.Engine;

/// <summary>SIGTERM at a random moment: idle clients are sent away, running transactions get 25 seconds, and in the end everybody has an answer.</summary>
internal static class Shutdown
{
    /// <summary>Orchestrators kill after 30 s.</summary>
    private static readonly TimeSpan Latest = TimeSpan.FromSeconds(28);

    /// <summary>What has its dot out by then is no longer waited for.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    public static void Live(World world, Random random, Pump pump, VirtualTime time, TimeSpan end, Ledger ledger)
    {
        var moment = end * random.NextDouble();
        time.At(moment, () => pump.Start(world.StopAsync, failure => ledger.Check(false, failure.ToString())));
        time.At(
            moment + Latest,
            () => ledger.Check(world.Sessions == 0, $"{world.Sessions} sessions are left {Latest.TotalSeconds:0} s after SIGTERM")
        );
    }
}
