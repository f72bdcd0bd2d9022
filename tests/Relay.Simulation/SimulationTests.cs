using System.Globalization;
using Relay.Simulation.Engine;

namespace Relay.Simulation;

public sealed class SimulationTests
{
    private const int Everyday = 400;
    private const int Soak = 100_000;

    [Test]
    public void Every_promise_holds_in_hundreds_of_worlds() => RunMany(Number("RELAY_SIMULATION_SCHEDULES") ?? Everyday);

    [Test]
    [Category("Soak")]
    public void Every_promise_holds_in_a_hundred_thousand_worlds() => RunMany(Number("RELAY_SIMULATION_SCHEDULES") ?? Soak);

    private static void RunMany(int count)
    {
        var first = Number("RELAY_SIMULATION_SEED");
        var (from, to) = first is { } seed ? (seed, seed + 1) : (1, 1 + count);
        var (messages, delivered, faults, reloads, healthChecks, kills, doubled, checks) = (0, 0, 0, 0, 0, 0, 0, 0L);
        for (var current = from; current < to; current++)
        {
            var result = Schedule.Run(current);
            Assert.That(result.HasFailed, Is.False, result.ToString);
            messages += result.Messages;
            delivered += result.Ledger.Delivered;
            faults += result.Ledger.Faults;
            reloads += result.Ledger.ReloadCount;
            healthChecks += result.Ledger.HealthChecks;
            kills += result.Ledger.Kills;
            doubled += result.Ledger.Doubled;
            checks += result.Ledger.Checks;
        }

        TestContext.Out.WriteLine(
            $"{to - from} schedules, {messages} messages answered, {delivered} of them 250, {faults} faults, {reloads} reloads, {healthChecks} checks of servers, {kills} kills, {doubled} taken twice, {checks} checks of promises"
        );
        Assert.That(delivered, Is.GreaterThan(0));
    }

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
