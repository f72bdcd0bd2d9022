using Relay.Simulation.Model;
using Relay.Simulation.Servers;

namespace Relay.Simulation.Engine;

/// <summary>Drains servers at random moments, and resumes each of them before the trouble is over.</summary>
internal static class Operator
{
    private const int Most = 6;

    public static void Live(World world, Random random, VirtualTime time, TimeSpan end, Ledger ledger)
    {
        var servers = world.Servers.OrderBy(static server => server.Name, StringComparer.Ordinal).ToList();
        for (var left = random.Next(1, Most + 1); left > 0; left--)
        {
            var server = servers[random.Next(servers.Count)];
            var begin = end * random.NextDouble();
            time.At(begin, () => Drain(world, server, ledger));
            time.At(begin + ((end - begin) * random.NextDouble()), () => Resume(world, server, ledger));
        }
    }

    private static void Drain(World world, SimulatedServer server, Ledger ledger) =>
        world.ByHand(
            server,
            member =>
            {
                ledger.Drained(server);
                member.Drain();
            }
        );

    private static void Resume(World world, SimulatedServer server, Ledger ledger) =>
        world.ByHand(
            server,
            member =>
            {
                ledger.Resumed(server);
                member.Resume();
            }
        );
}
