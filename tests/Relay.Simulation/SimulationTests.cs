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

    [TestCase(
        3_952_520,
        Description = "A client that left before it heard of its failed login had failed all the same; the model had not counted that."
    )]
    [TestCase(
        4_214_568,
        Description = "Killed with the dot out at a second server, Relay counted that one's hour from when the first had begun to be uncertain."
    )]
    [TestCase(
        4_312_981,
        Description = "The clock was set forward while no process ran: the next one gives a window back, which the model expected of the one after it."
    )]
    [TestCase(
        4_323_912,
        Description = "The clock was set forward and back: what was due in between remained due, which the model did not allow."
    )]
    [TestCase(
        4_460_684,
        Description = "A kept connection was for one of two recipients; the model took the next one to be for both, and a better server not to be asked."
    )]
    [TestCase(
        1_300_198_484,
        Description = "The clock was set back before the end of an attempt whose dot was out, and forward after it: Relay waits from that end, the model reckoned from the dot."
    )]
    public void Worlds_that_broke_once_hold(int seed)
    {
        var result = Schedule.Run(seed);
        Assert.That(result.HasFailed, Is.False, result.ToString);
    }

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
