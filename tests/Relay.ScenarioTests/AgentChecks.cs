using Relay.TestKit;
using Relay.TestKit.Clients;

namespace Relay.ScenarioTests;

/// <summary>A server's agent says how it is, and mail follows.</summary>
internal sealed class AgentChecks : Scenario
{
    [Test]
    public async Task Mail_shifts_with_the_word_of_an_agent_and_comes_back()
    {
        var agent = Use(AgentSocket.Started());
        var (a, b) = (StartCountingSink(), StartCountingSink());
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Strategy("RoundRobin")
                .Set("Groups:default:Health:Interval", "00:00:01")
                .Set("Groups:default:Health:SlowStart", "00:00:00")
                .Upstream("a", a.Address, new { Weight = 4, Agent = agent.Address })
                .Upstream("b", b.Address, new { Weight = 4 })
        );
        await SayAsync(relay, agent, "up 100%", "healthy", "100%, up");
        Assert.That(await SharesAsync(10), Is.EqualTo((5, 5)));

        await SayAsync(relay, agent, "25%", "healthy", "25%, up");
        Assert.That(await SharesAsync(10), Is.EqualTo((2, 8)));
        await SayAsync(relay, agent, "drain", "draining", "25%, drain, up");
        Assert.That(await SharesAsync(10), Is.EqualTo((0, 10)));
        await SayAsync(relay, agent, "maint", "maintenance", "25%, maint, up");
        await SayAsync(relay, agent, "down #disk full", "maintenance", "25%, maint, down (disk full)");
        await SayAsync(relay, agent, "ready", "unhealthy", "25%, down (disk full)");
        Assert.That(await SharesAsync(10), Is.EqualTo((0, 10)));
        await agent.StopAsync();
        await LogsAsync(relay, "The agent of upstream default/a cannot be asked: Connection refused");
        await LogsAsync(relay, "Its last word stays: 25%, down (disk full)");
        Assert.That(await SharesAsync(10), Is.EqualTo((0, 10)), "an agent that is away changes nothing");
        agent.Start();
        await SayAsync(relay, agent, "up 100%", "healthy", "100%, up");
        Assert.That(await SharesAsync(10), Is.EqualTo((5, 5)));
        await AssertPageAsync(relay);

        async Task<(int A, int B)> SharesAsync(int count)
        {
            var before = (a.Count, b.Count);
            var load = new LoadClient(relay.Port, sessions: 1);
            await load.SendAsync(count);
            Assert.That(load.Refused, Is.Empty);
            return (a.Count - before.Item1, b.Count - before.Item2);
        }
    }

    [Test]
    public async Task A_drain_by_hand_outlasts_the_ready_of_an_agent()
    {
        var agent = Use(AgentSocket.Started());
        var sink = StartCountingSink();
        var relay = await StartRelayAsync(
            new RelayConfiguration()
                .Set("Groups:default:Health:Interval", "00:00:01")
                .Upstream("a", sink.Address, new { Agent = agent.Address })
        );
        await SayAsync(relay, agent, "drain", "draining", "100%, drain, up");
        (await relay.Api.PostAsync("/api/v1/upstreams/default/a/drain", content: null)).EnsureSuccessStatusCode();

        await SayAsync(relay, agent, "ready", "draining", "100%, up");
        (await relay.Api.PostAsync("/api/v1/upstreams/default/a/resume", content: null)).EnsureSuccessStatusCode();

        await relay.WaitForStateAsync("a", "healthy");
    }

    private static async Task SayAsync(RelayUnderTest relay, AgentSocket agent, string line, string state, string report)
    {
        agent.Line = line + "\n";
        await Until.TrueAsync(async () => (await relay.GetUpstreamsAsync())["a"].Agent == report, $"the agent's word is \"{report}\"");
        await relay.WaitForStateAsync("a", state);
    }

    private static async Task AssertPageAsync(RelayUnderTest relay)
    {
        var upstreams = await relay.GetUpstreamsAsync();
        var metrics = await relay.Api.GetStringAsync("/metrics");
        Assert.That(upstreams["a"].Agent, Does.StartWith("100%, up"));
        Assert.That(metrics, Does.Match("relay_upstream_weight\\{[^}]*upstream=\"a\"[^}]*\\} 4"));
    }

    private static Task LogsAsync(RelayUnderTest relay, string text) =>
        Until.TrueAsync(() => relay.Log.Contains(text), $"the log says: {text}");
}
