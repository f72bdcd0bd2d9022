using System.Globalization;
using Relay.Simulation.Engine;

namespace Relay.Simulation;

public sealed class SimulationTests
{
    private const int Everyday = 400;
    private const int Soak = 100_000;

    [Test]
    public void Every_promise_holds_in_hundreds_of_worlds() => RunMany(Count(Everyday));

    [Test]
    [Category("Soak")]
    public void Every_promise_holds_in_a_hundred_thousand_worlds() => RunMany(Count(Soak));

    private static void RunMany(int count)
    {
        var first = Number("RELAY_SIMULATION_SEED") ?? 1;
        var step = Number("RELAY_SIMULATION_EVERY") ?? 1;
        var (messages, delivered, faults, reloads, healthChecks, kills, splits, doubled, checks) = (0, 0, 0, 0, 0, 0, 0, 0, 0L);
        var (logins, handshakes, refusals) = (0, 0, 0);
        for (var index = 0; index < count; index++)
        {
            var result = Schedule.Run(first + (index * step));
            Assert.That(result.HasFailed, Is.False, result.ToString);
            messages += result.Messages;
            delivered += result.Ledger.Delivered;
            faults += result.Ledger.Faults;
            reloads += result.Ledger.ReloadCount;
            healthChecks += result.Ledger.HealthChecks;
            kills += result.Ledger.Kills;
            splits += result.Ledger.Splits;
            doubled += result.Ledger.Doubled;
            checks += result.Ledger.Checks;
            logins += result.Ledger.Logins;
            handshakes += result.Ledger.Handshakes;
            refusals += result.Ledger.Refusals;
        }

        TestContext.Out.WriteLine(
            $"{count} schedules, {messages} messages answered, {delivered} of them 250, {faults} faults, {reloads} reloads, {healthChecks} checks of servers, {kills} kills, {splits} rows split, {doubled} taken twice, {logins} logins, {handshakes} handshakes of TLS, {refusals} messages refused at the door, {checks} checks of promises"
        );
        Assert.That(delivered, Is.GreaterThan(0));
    }

    /// <summary>A seed alone means that schedule alone.</summary>
    private static int Count(int usual) => Number("RELAY_SIMULATION_SCHEDULES") ?? (Number("RELAY_SIMULATION_SEED") is null ? usual : 1);

    private static int? Number(string variable) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
