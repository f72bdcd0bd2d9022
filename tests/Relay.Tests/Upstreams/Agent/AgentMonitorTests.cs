using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Agent;
using Relay.TestKit;
using Relay.Tests.Fixtures;
using UpstreamStatus = Relay.Core.Upstreams.UpstreamStatus;

namespace Relay.Tests.Upstreams.Agent;

/// <summary>A real agent, asked on a clock that the test moves: what it says decides who gets mail.</summary>
public sealed class AgentMonitorTests
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    [Test]
    public async Task Mail_leaves_a_server_whose_agent_says_drain_and_comes_back_with_ready()
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);
        Assert.That(await run.Relay.SendAsync(), Does.Contain("via a"));

        await run.SayAsync("drain");
        Assert.That(await run.Relay.SendAsync(), Does.Contain("via b"));
        Assert.That((run.Server.Status.State, run.Server.Status.Reason), Is.EqualTo((UpstreamStatus.Draining, "its agent says drain")));

        await run.SayAsync("ready");
        Assert.That(await run.Relay.SendAsync(), Does.Contain("via a"));
        Assert.That(run.Server.Status.State, Is.EqualTo(UpstreamStatus.Healthy));
    }

    [TestCase("maint", UpstreamStatus.Maintenance, "ready")]
    [TestCase("down #disk", UpstreamStatus.Unhealthy, "up")]
    [TestCase("0%", UpstreamStatus.Draining, "1%")]
    public async Task Each_word_has_its_state_and_its_end(string word, string state, string end)
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);

        await run.SayAsync(word);
        Assert.That(run.Server.Status.State, Is.EqualTo(state));
        Assert.That(run.Server.IsInService, Is.False);
        await run.SayAsync(end);

        Assert.That(run.Server.IsInService, Is.True);
    }

    [Test]
    public async Task After_down_a_server_is_led_back_slowly()
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);

        await run.SayAsync("down");
        await run.SayAsync("up");

        Assert.That(run.Server.Status.State, Is.EqualTo(UpstreamStatus.SlowStart));
        Assert.That(run.Server.EffectiveWeight, Is.LessThan(run.Server.Weight / 2.0));
    }

    [Test]
    public async Task An_agent_that_cannot_be_asked_changes_nothing()
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);
        await run.SayAsync("drain 20%");

        await agent.StopAsync();
        run.Tick();
        await Until.TrueAsync(() => run.Server.Agent.Trouble is not null, "the agent is missed");

        Assert.That(run.Server.Agent.Report.ToString(), Is.EqualTo("20%, drain, up"));
        agent.Start();
        await run.SayAsync("ready");
        Assert.That(run.Server.Agent.Trouble, Is.Null);
    }

    [Test]
    public async Task A_drain_by_hand_and_the_agents_drain_do_not_undo_each_other()
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);
        run.Server.Drain();
        await run.SayAsync("drain");

        await run.SayAsync("ready");
        Assert.That(run.Server.IsInService, Is.False, "an operator drained it");
        await run.SayAsync("drain");
        run.Server.Resume();

        Assert.That(run.Server.IsInService, Is.False, "its agent says drain");
        Assert.That(run.Server.Status.Reason, Is.EqualTo("its agent says drain"));
        run.Server.Drain();
        Assert.That(run.Server.Status.Reason, Is.EqualTo("drained by hand; otherwise draining: its agent says drain"));
    }

    [Test]
    public async Task The_share_of_the_weight_and_the_connections_follow()
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);

        await run.SayAsync("50% maxconn:2");

        Assert.That((run.Server.Weight, run.Server.EffectiveWeight, run.Server.MostInFlight), Is.EqualTo((4, 2.0, 2)));
        await run.SayAsync("maxconn:5000");
        Assert.That(run.Server.MostInFlight, Is.EqualTo(10), "never more than is configured");
    }

    [Test]
    public async Task Nobody_in_service_by_the_word_of_agents_makes_no_trial()
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);
        run.Relay.Server("b").Drain();
        run.Relay.Topology.Current.Groups["default"].Refresh();
        await run.SayAsync("down");

        Assert.That(await run.Relay.SendAsync(), Does.StartWith("451"));
        Assert.That(run.Relay["a"].Received, Is.Empty);
    }

    [Test]
    public async Task Another_agent_begins_anew()
    {
        await using var agent = AgentSocket.Started();
        await using var run = await RunningAsync(agent);
        await run.SayAsync("drain 20%");

        run.Relay.Apply(Options(null));

        Assert.That(run.Server.Agent.Report.HasSpoken, Is.False);
        Assert.That(run.Server.IsInService, Is.True);
    }

    private static async Task<Run> RunningAsync(AgentSocket agent)
    {
        var relay = PipelineFixture.With(Options(agent.Address));
        var monitor = new AgentMonitor(relay.Topology, relay.Heartbeat, relay.Time, new Random(1), NullLogger<AgentMonitor>.Instance);
        await monitor.StartAsync(CancellationToken.None);
        var run = new Run(relay, monitor, agent);
        await run.SayAsync("up ready 100%");
        return run;
    }

    private static RelayOptions Options(string? agent) =>
        new()
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = new()
                {
                    Strategy = "Failover",
                    Health = new HealthOptions { Interval = Interval },
                    Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase)
                    {
                        ["a"] = new()
                        {
                            Address = "unused:25",
                            Weight = 4,
                            Agent = agent,
                        },
                        ["b"] = new() { Address = "unused:25" },
                    },
                },
            },
        };

    private sealed class Run(PipelineFixture relay, AgentMonitor monitor, AgentSocket agent) : IAsyncDisposable
    {
        public PipelineFixture Relay { get; } = relay;

        public UpstreamServer Server => Relay.Server("a");

        /// <summary>Past the interval and what chance adds to it.</summary>
        public void Tick() => Relay.Time.Advance(Interval * 1.2);

        /// <summary>Has the agent say it, asked once more.</summary>
        public async Task SayAsync(string line)
        {
            agent.Line = line + "\n";
            var asked = agent.Asked;
            Tick();
            await Until.TrueAsync(() => agent.Asked > asked && !Server.Agent.Checks.IsRunning, "the agent was asked");
        }

        public async ValueTask DisposeAsync()
        {
            await monitor.StopAsync(CancellationToken.None);
            await Relay.DisposeAsync();
            monitor.Dispose();
        }
    }
}
