using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests.Spool;

/// <summary>Rates as the server counts them: by its own clock, in every window that begins with a message.</summary>
[NonParallelizable]
internal sealed class Rates : SpoolScenario
{
    private const string Pause = "00:00:30";

    [Test]
    public async Task No_second_has_more_than_the_rate_and_the_rate_is_used()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(Spooling("Hybrid").Upstream("a", sink.Address, new { Rates = new[] { "20/s" } }));
        var load = new LoadClient(relay.Port, sessions: 30);

        await load.SendAsync(200);
        await UntilEmptyAsync(relay, TimeSpan.FromSeconds(60));

        Assert.That(load.Refused, Is.Empty);
        Assert.That(sink.Count, Is.EqualTo(200));
        Assert.That(MostIn(sink, TimeSpan.FromSeconds(1)), Is.LessThanOrEqualTo(20));
        // Ten seconds of it are the optimum; the clients of a busy machine, and the spool behind them, take their part.
        Assert.That(Span(sink), Is.LessThan(TimeSpan.FromSeconds(16)));
    }

    [Test]
    public async Task What_the_first_has_no_room_for_goes_to_the_second_at_once()
    {
        var (first, second) = (StartCountingSink(keepMessages: true), StartCountingSink());
        var configuration = Spooling("Proxy")
            .Set("Groups:default:SpillAt", 1)
            .Upstream("a", first.Address, new { Rates = new[] { "10/min" } })
            .Upstream("b", second.Address, new { Priority = 1 });
        var relay = await StartRelayAsync(configuration);
        var load = new LoadClient(relay.Port, sessions: 5);

        await load.SendAsync(50);

        Assert.That(load.Refused, Is.Empty);
        Assert.That((first.Count, second.Count), Is.EqualTo((10, 40)));
        var a = (await relay.GetUpstreamsAsync())["a"];
        Assert.That(a.State, Is.EqualTo("throttled"));
        Assert.That(a.Reason, Does.StartWith("10/min used up until"));
    }

    [Test]
    public async Task A_quota_outlives_kills_in_the_middle_of_everything()
    {
        var sink = StartCountingSink(keepMessages: true);
        var relay = await StartRelayAsync(
            Spooling("Hybrid").Set("Retry:Schedule", new[] { Pause }).Upstream("a", sink.Address, new { Rates = new[] { "200/h" } })
        );
        relay.ExpectLogged("is ejected");
        var load = new NumberedLoad(relay.Port, 10);
        var sending = load.RunAsync();
        var random = new Random(1);
        for (var kill = 0; kill < 6; kill++)
        {
            var target = load.Accepted + random.Next(10, 60);
            await Until.TrueAsync(() => load.Accepted >= target, "mail is accepted", TimeSpan.FromSeconds(60));
            await relay.KillAndRestartAsync();
        }

        await Until.TrueAsync(
            async () => (await relay.GetUpstreamsAsync())["a"] is { State: "throttled" },
            "the quota is used up",
            TimeSpan.FromSeconds(60)
        );
        var count = sink.Count;
        var accepted = load.Accepted;
        await Until.TrueAsync(() => load.Accepted >= accepted + 50, "more mail is queued", TimeSpan.FromSeconds(60));
        load.Stop();
        await sending;

        await TestContext.Out.WriteLineAsync($"6 kills, {load.Accepted} answered 250, {sink.Count} of 200 in an hour went out");
        Assert.That(sink.Count, Is.EqualTo(count).And.LessThanOrEqualTo(200));
        Assert.That(sink.Count, Is.GreaterThan(80), "a kill costs a block and a half, and what was under way");
    }

    private static TimeSpan Span(CountingSink sink) =>
        sink.Messages.Max(static mail => mail.At) - sink.Messages.Min(static mail => mail.At);

    private static int MostIn(CountingSink sink, TimeSpan window)
    {
        var times = sink.Messages.Select(static mail => mail.At).Order().ToList();
        return times.Select((first, index) => times.Skip(index).TakeWhile(at => at < first + window).Count()).Max();
    }
}
