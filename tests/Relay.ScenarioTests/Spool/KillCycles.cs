using System.Globalization;
using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Spool;

/// <summary>
/// The program is killed with -9 at random moments under load, with upstreams that come and go, and started again on the same data: every message that was
/// answered 250 arrives. One that was on its way out at the kill may arrive twice: its outcome was not written down yet.
/// </summary>
[NonParallelizable]
internal sealed class KillCycles : SpoolScenario
{
    private const int Sessions = 20;

    [TestCase("Queue")]
    [TestCase("Hybrid")]
    public Task Nothing_that_was_answered_is_lost_over_five_kills(string accept) => RunAsync(accept, kills: 5);

    [TestCase("Queue")]
    [TestCase("Hybrid")]
    [Category("Soak")]
    public Task Nothing_that_was_answered_is_lost_over_a_hundred_kills(string accept) => RunAsync(accept, kills: 100);

    private async Task RunAsync(string accept, int kills)
    {
        var random = new Random(kills);
        CountingSink[] sinks =
        [
            StartCountingSink(keepMessages: true),
            StartCountingSink(keepMessages: true),
            StartCountingSink(keepMessages: true),
        ];
        var configuration = Spooling(accept);
        for (var index = 0; index < sinks.Length; index++)
        {
            configuration.Upstream(string.Create(CultureInfo.InvariantCulture, $"u{index}"), sinks[index].Address, new { Connections = 5 });
        }

        var relay = await StartRelayAsync(configuration);
        relay.ExpectLogged("is ejected");
        var load = new NumberedLoad(configuration.SmtpPort, Sessions);
        var sending = load.RunAsync();
        for (var kill = 0; kill < kills; kill++)
        {
            var flapping = sinks[random.Next(sinks.Length)];
            var target = load.Accepted + random.Next(50, 400);
            await flapping.StopAsync();
            await Until.TrueAsync(() => load.Accepted >= target - 40, "mail is accepted", TimeSpan.FromSeconds(60));
            flapping.Start();
            await Until.TrueAsync(() => load.Accepted >= target, "mail is accepted", TimeSpan.FromSeconds(60));
            await relay.KillAndRestartAsync();
        }

        load.Stop();
        await sending;
        await UntilEmptyAsync(relay, TimeSpan.FromMinutes(2));

        var arrivals = sinks
            .SelectMany(static sink => sink.Messages)
            .CountBy(static message => message.Sender, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
        var lost = load.AcceptedSenders.Where(sender => !arrivals.ContainsKey(sender)).ToList();
        var doubled = load.AcceptedSenders.Where(sender => arrivals.GetValueOrDefault(sender) > 1).ToList();
        await TestContext.Out.WriteLineAsync(
            $"{accept}: {kills} kills, {load.Accepted} answered 250, {lost.Count} lost, {doubled.Count} arrived more than once"
        );
        Assert.That(lost, Is.Empty);
        Assert.That(load.Accepted, Is.GreaterThan(kills * 50));
        // No more deliveries were under way at a kill, or at the end of a server, than there are connections.
        Assert.That(doubled, Has.Count.LessThanOrEqualTo(kills * (15 + 5)));
    }
}
