using Relay.TestKit;
using Relay.TestKit.Clients;
using Relay.TestKit.Sinks;

namespace Relay.ScenarioTests;

/// <summary>Fifty clients send as fast as they can; three servers get the same number of messages, and nobody is refused.</summary>
[NonParallelizable]
internal sealed class RoundRobinShares : Scenario
{
    [Test]
    public Task Three_servers_get_equal_shares() => SendThroughAsync(messages: 3_000);

    [Test]
    [Category("Soak")]
    public Task Three_servers_get_equal_shares_of_20000_messages() => SendThroughAsync(messages: 20_000);

    [Test]
    public async Task Shares_follow_the_weights()
    {
        var light = await StartSmtpSinkAsync();
        var heavy = await StartSmtpSinkAsync();
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Strategy("RoundRobin")
                .Upstream("light", light.Address, new { Connections = 50 })
                .Upstream("heavy", heavy.Address, new { Connections = 50, Weight = 4 })
        );

        var source = await SmtpSource.SendAsync(relay.Port, sessions: 10, messages: 500);

        Assert.That(source.ExitCode, Is.Zero, source.Output);
        Assert.That(new[] { light.Count, heavy.Count }, Is.EqualTo(new[] { 100, 400 }));
    }

    private async Task SendThroughAsync(int messages)
    {
        SmtpSink[] sinks = [await StartSmtpSinkAsync(), await StartSmtpSinkAsync(), await StartSmtpSinkAsync()];
        var configuration = new RelayConfiguration().Strategy("RoundRobin");
        foreach (var (index, sink) in sinks.Index())
        {
            configuration.Upstream($"s{index}", sink.Address, new { Connections = 50 });
        }

        var relay = await StartRelayAsync(configuration);

        var source = await SmtpSource.SendAsync(relay.Port, sessions: 50, messages);

        Assert.That(source.ExitCode, Is.Zero, source.Output); // smtp-source gives up at the first refusal.
        var counts = sinks.Select(static sink => sink.Count).ToArray();
        Assert.That(counts.Sum(), Is.EqualTo(messages));
        Assert.That(counts, Has.All.EqualTo(messages / 3.0).Within(1.0));
    }
}
