using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>
/// A server is killed while mail flows, and comes back later. Nobody loses a message, nobody gets one twice, and the clients notice nothing
/// but for messages whose final dot was out at that instant: what became of those, nobody can know.
/// </summary>
[NonParallelizable]
internal sealed class ServerDies : Scenario
{
    private const int Sessions = 50;

    [Test]
    public Task Every_accepted_message_arrives_exactly_once() => KillOneInTheMiddleAsync(messages: 3_000);

    [Test]
    [Category("Soak")]
    public Task Every_accepted_message_of_20000_arrives_exactly_once() => KillOneInTheMiddleAsync(messages: 20_000);

    [Test]
    public async Task A_dot_without_an_answer_is_not_sent_to_another_server()
    {
        var dying = StartCountingSink();
        var other = StartCountingSink();
        var relay = await StartRelayAsync(
            new RelayConfiguration().Strategy("Failover").Upstream("a", dying.Address).Upstream("b", other.Address, new { Backup = true })
        );
        dying.Hold();
        var load = new LoadClient(relay.Port, sessions: 5);

        var sending = load.SendAsync(5);
        await Until.TrueAsync(() => dying.Waiting == 5, "all five dots are out");
        await dying.StopAsync();
        await sending;

        Assert.That(load.Replies.Values, Has.Exactly(5).StartsWith("451 4.4.2 "));
        Assert.That(other.Count, Is.Zero);
    }

    private async Task KillOneInTheMiddleAsync(int messages)
    {
        SmtpSink[] sinks = [await StartSmtpSinkAsync(), await StartSmtpSinkAsync(), await StartSmtpSinkAsync()];
        var configuration = new RelayConfiguration().Strategy("RoundRobin").ReturningSoon();
        foreach (var (index, sink) in sinks.Index())
        {
            configuration.Upstream($"s{index}", sink.Address, new { Connections = Sessions });
        }

        var relay = await StartRelayAsync(configuration);
        var load = new LoadClient(relay.Port, Sessions);

        var sending = load.SendAsync(messages);
        await Until.TrueAsync(() => load.Answered > messages / 3, "a third is answered");
        await sinks[1].KillAsync();
        await Until.TrueAsync(() => load.Answered > messages * 2 / 3, "two thirds are answered");
        await sinks[1].StartAsync();
        await sending;

        AssertExactlyOnce(load, sinks);
        await AssertEqualSharesAgainAsync(relay, sinks);
    }

    private static void AssertExactlyOnce(LoadClient load, SmtpSink[] sinks)
    {
        var arrivals = sinks.SelectMany(static sink => sink.ReadSenders()).CountBy(static sender => sender).ToDictionary();
        Assert.That(arrivals.Where(static arrival => arrival.Value > 1), Is.Empty, "arrived more than once");
        Assert.That(load.Accepted.Where(sender => !arrivals.ContainsKey(sender)), Is.Empty, "answered 250 and lost");

        var refusals = load.Refused.Select(static refused => refused.Value).ToArray();
        Assert.That(refusals, Has.All.StartsWith("451 4.4.2 "));
        Assert.That(refusals, Has.Length.LessThanOrEqualTo(Sessions), "no more than were under way");
    }

    private static async Task AssertEqualSharesAgainAsync(RelayUnderTest relay, SmtpSink[] sinks)
    {
        var client = new LoadClient(relay.Port, sessions: 3);
        var killed = sinks[1].Count;
        await client.SendWhileAsync(_ => sinks[1].Count == killed); // It gets one message on trial when its ejection is over.
        await relay.WaitForStateAsync("s1", "healthy");

        var before = sinks.Select(static sink => sink.Count).ToArray();
        await client.SendAsync(300);

        var shares = sinks.Select((sink, index) => sink.Count - before[index]).ToArray();
        Assert.That(client.Refused, Is.Empty);
        Assert.That(shares, Has.All.EqualTo(100).Within(2));
    }
}
