using Relay.Simulation.Clients;
using Relay.Simulation.Doors;
using Relay.Simulation.Model;

namespace Relay.Simulation.Engine;

/// <summary>One seed, lived through from the first connection to the last.</summary>
internal static class Schedule
{
    private static readonly TimeSpan Trouble = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    // Longer than any server may keep a dot that its client does not wait for any more.
    private static readonly TimeSpan Aftermath = TimeSpan.FromMinutes(5);

    // Longer than an uncertain delivery waits for its server.
    private static readonly TimeSpan Delivery = TimeSpan.FromHours(3);

    // Longer than it takes a quota of a few messages a day to let all of them through.
    private static readonly TimeSpan DeliveryByQuota = TimeSpan.FromDays(20);

    public static ScheduleResult Run(int seed)
    {
        var random = new Random(seed);
        var time = new VirtualTime();
        var pump = new Pump(time, random);
        var ledger = new Ledger(time);
        var variations = new Variations(seed);
        var world = new World(pump, time, random, variations, ledger);
        foreach (var server in world.Servers)
        {
            server.Live(Trouble);
        }

        var clients = Enumerable.Range(0, random.Next(1, 7)).Select(Create).ToList();
        Vary(world, variations, pump, time, ledger);
        if (variations.Spool is { } spool)
        {
            ledger.UncertainDelay = TimeSpan.FromMinutes(1);
            Kills.Live(() => world, Restart, spool, time, Trouble, ledger);
            variations.Clock?.Live(time, Trouble, ledger);
        }

        Live(() => world, clients, variations.Providers is null ? Delivery : DeliveryByQuota, pump, time, ledger);
        world.Dispose();
        clients.ForEach(client => client.Dispose());
        ledger.Check(pump.Foreign == 0, $"{pump.Foreign} calls came from other threads {pump.FirstForeign}");
        return new ScheduleResult(seed, ledger, clients.Sum(client => client.Messages), time.Now);

        SimulatedClient Create(int number) =>
            variations.Doors is { } doors
                ? new DoorClient(number, () => world, time, doors, ledger) { IsKept = variations.Spool is not null }
                : new ScriptedClient(number, () => world, time, random, ledger)
                {
                    Domains = variations.OtherGroup,
                    Kept = variations.Spool,
                };

        // Those that were connected are gone with the process; some new ones come to the next.
        void Restart()
        {
            ledger.StartedAgain();
            clients.ForEach(static client => client.Break());
            world = new World(pump, time, random, variations, ledger, world);
            for (var more = random.Next(1, 4); more > 0; more--)
            {
                var client = Create(clients.Count);
                clients.Add(client);
                pump.Start(client.RunAsync, failure => ledger.Check(false, failure.ToString()));
            }
        }
    }

    private static void Vary(World world, Variations variations, Pump pump, VirtualTime time, Ledger ledger)
    {
        if (variations.Reloads is { } reloads)
        {
            Reloads.Live(world, reloads, pump, time, Trouble, exception => ledger.Check(false, exception.ToString()));
        }

        if (variations.Operator is { } hand)
        {
            Operator.Live(world, hand, time, Trouble, ledger);
        }

        if (variations.Shutdown is { } shutdown)
        {
            Shutdown.Live(world, shutdown, pump, time, Trouble, ledger);
        }
    }

    private static void Live(
        Func<World> process,
        List<SimulatedClient> clients,
        TimeSpan delivery,
        Pump pump,
        VirtualTime time,
        Ledger ledger
    )
    {
        void Failed(Exception exception) => ledger.Check(false, exception.ToString());

        foreach (var client in clients)
        {
            pump.Start(client.RunAsync, Failed);
        }

        var isAnswered = pump.Run(() => ledger.Violations.Count > 0 || clients.TrueForAll(client => client.IsDone), Patience);
        ledger.Check(isAnswered, "a client waits for ever");
        if (ledger.Violations.Count > 0)
        {
            return;
        }

        pump.Run(() => ledger.Violations.Count > 0, time.Now + Aftermath);
        var world = process();
        ledger.Check(
            pump.Run(() => world.Disk.Count == 0 || ledger.Violations.Count > 0, time.Now + delivery),
            $"{world.Disk.Count} messages are never delivered"
        );
        ledger.CheckKept();
        pump.Run(() => ledger.Violations.Count > 0, time.Now + (world.Disk.IsUsed ? Aftermath : TimeSpan.Zero));
        world.CheckQuiet(ledger);
        ledger.Check(pump.Run(() => world.AreAllBack, time.Now + Aftermath), "a server works, and its checks do not bring it back");
        var isClosed = false;
        pump.Start(
            async () =>
            {
                await world.CloseAsync();
                isClosed = true;
            },
            Failed
        );
        ledger.Check(pump.Run(() => isClosed, time.Now + Aftermath), "the pools do not close");
        world.CheckClosed(ledger);
    }
}
