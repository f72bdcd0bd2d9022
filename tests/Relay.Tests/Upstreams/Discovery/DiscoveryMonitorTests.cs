using Microsoft.Extensions.Logging.Abstractions;
using Relay.Core.Configuration;
using Relay.Core.Upstreams.Discovery;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Upstreams.Discovery;

/// <summary>When names are looked up, and what becomes of their servers, on a clock that the test moves.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class DiscoveryMonitorTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly ScriptedResolver _dns = new();

    [Test]
    public async Task Members_come_and_go_and_those_that_stay_keep_what_they_have()
    {
        _dns.Leads(TimeSpan.Zero, "10.0.0.1", "10.0.0.2");
        await using var run = await StartAsync();
        Assert.That(await run.Relay.SendAsync(), Does.Contain("via pool-10-0-0-1"));
        var stays = run.Relay.Server("pool-10-0-0-1");

        _dns.Leads(TimeSpan.Zero, "10.0.0.1", "10.0.0.3");
        run.Relay.Time.Advance(TimeSpan.FromSeconds(6));

        Assert.That(run.Names, Is.EqualTo(["pool-10-0-0-1", "pool-10-0-0-3"]));
        Assert.That(run.Relay.Server("pool-10-0-0-1"), Is.SameAs(stays));
        Assert.That(stays.Load.Delivered, Is.EqualTo(1));
        Assert.That(run.Relay.Topology.Current.Revision, Is.EqualTo(1), "the configuration is the same");
    }

    [Test]
    public async Task Work_under_way_at_a_server_that_is_gone_comes_to_its_end_and_is_counted()
    {
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        await using var run = await StartAsync();
        var held = run.Relay["pool-10-0-0-1"].On(Stage.Dot).Hold();
        var sending = run.Relay.SendAsync();
        await held.Reached;

        _dns.Leads(TimeSpan.Zero, "10.0.0.2");
        run.Relay.Time.Advance(TimeSpan.FromSeconds(6));
        Assert.That(run.Names, Is.EqualTo(["pool-10-0-0-2"]));
        held.Release();

        Assert.That(await sending, Does.Contain("via pool-10-0-0-1"));
        Assert.That(await run.Relay.SendAsync(), Does.Contain("via pool-10-0-0-2"));
        Assert.That(run.Relay.Topology.CountsOfGone("default", "pool").Delivered, Is.EqualTo(1));
    }

    [TestCase(1, 5)]
    [TestCase(30, 30)]
    [TestCase(86400, 300)]
    public async Task It_is_asked_again_when_the_records_end_within_bounds(int timeToLive, int seconds)
    {
        _dns.Leads(TimeSpan.FromSeconds(timeToLive), "10.0.0.1");
        await using var run = await StartAsync();

        run.Relay.Time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.That(_dns.Asked, Has.Count.EqualTo(1));
        run.Relay.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(_dns.Asked, Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_failed_lookup_keeps_the_last_answer_however_long_it_lasts()
    {
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        await using var run = await StartAsync();

        _dns.Finding = DiscoveryFinding.Failed("pool.test: ServerFailure");
        run.Advance(TimeSpan.FromHours(1));

        Assert.That(run.Names, Is.EqualTo(["pool-10-0-0-1"]));
        Assert.That(run.Monitor.TroubleOf(run.Question), Is.EqualTo("pool.test: ServerFailure"));
    }

    [Test]
    public async Task A_name_that_is_gone_keeps_its_servers_for_a_time_and_a_failure_does_not_lengthen_it()
    {
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        await using var run = await StartAsync();

        _dns.Finding = DiscoveryFinding.Missing("there is no such name");
        run.Advance(TimeSpan.FromSeconds(30));
        _dns.Finding = DiscoveryFinding.Failed("timeout");
        run.Advance(TimeSpan.FromSeconds(20));
        Assert.That(run.Names, Is.EqualTo(["pool-10-0-0-1"]));
        _dns.Finding = DiscoveryFinding.Missing("there is no such name");
        run.Advance(TimeSpan.FromSeconds(20));

        Assert.That(run.Names, Is.Empty);
        Assert.That(await run.Relay.SendAsync(), Does.StartWith("451"), "put off, never refused for good");
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        run.Advance(TimeSpan.FromSeconds(6));
        Assert.That(await run.Relay.SendAsync(), Does.Contain("via pool-10-0-0-1"));
    }

    [Test]
    public async Task A_name_that_says_it_takes_no_mail_is_believed_at_once()
    {
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        await using var run = await StartAsync();

        _dns.Finding = DiscoveryFinding.Declined("null MX", Minute);
        run.Advance(TimeSpan.FromSeconds(6));

        Assert.That(run.Names, Is.Empty);
    }

    [Test]
    public async Task The_start_waits_a_little_for_the_answer_and_then_goes_on_without()
    {
        var answer = new TaskCompletionSource();
        _dns.Gate = answer.Task;
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        var run = Create(Options());
        await using (run)
        {
            var starting = run.Monitor.StartAsync(CancellationToken.None);
            Assert.That(starting.IsCompleted, Is.False);
            run.Relay.Time.Advance(TimeSpan.FromSeconds(2));
            await starting;
            Assert.That(await run.Relay.SendAsync(), Does.StartWith("451"));

            answer.SetResult();
            await Until.TrueAsync(() => run.Names.Count == 1, "the answer is taken over");
            Assert.That(await run.Relay.SendAsync(), Does.Contain("via pool-10-0-0-1"));
        }
    }

    [Test]
    public async Task A_reload_and_an_answer_do_not_undo_each_other()
    {
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        await using var run = await StartAsync();

        run.Relay.Apply(Options(upstream => upstream with { Weight = 7 }));
        Assert.That(run.Names, Is.EqualTo(["pool-10-0-0-1"]));
        Assert.That(run.Relay.Server("pool-10-0-0-1").Weight, Is.EqualTo(7));
        _dns.Leads(TimeSpan.Zero, "10.0.0.2");
        run.Advance(TimeSpan.FromSeconds(6));

        Assert.That(run.Names, Is.EqualTo(["pool-10-0-0-2"]));
        Assert.That(run.Relay.Server("pool-10-0-0-2").Weight, Is.EqualTo(7));
        Assert.That(run.Relay.Topology.Current.Revision, Is.EqualTo(2));
    }

    [Test]
    public async Task A_reload_that_names_another_name_has_it_looked_up_at_once()
    {
        _dns.Leads(TimeSpan.Zero, "10.0.0.1");
        await using var run = await StartAsync();

        _dns.Leads(TimeSpan.Zero, "10.0.0.9");
        run.Relay.Apply(Options(upstream => upstream with { Address = "Other.Test.:25" }));

        Assert.That(run.Names, Is.EqualTo(["pool-10-0-0-9"]));
        Assert.That(_dns.Asked[^1], Is.EqualTo(new DiscoveryQuestion(UpstreamDiscovery.Dns, "other.test")));
        Assert.That(run.Monitor.TroubleOf(run.Question), Is.Null, "the old name is forgotten");
    }

    private async Task<Run> StartAsync()
    {
        var run = Create(Options());
        await run.Monitor.StartAsync(CancellationToken.None);
        return run;
    }

    private Run Create(RelayOptions options)
    {
        var relay = PipelineFixture.With(options);
        return new Run(
            relay,
            new DiscoveryMonitor(relay.Topology, _dns, relay.Heartbeat, relay.Time, NullLogger<DiscoveryMonitor>.Instance)
        );
    }

    private static RelayOptions Options(Func<UpstreamOptions, UpstreamOptions>? change = null)
    {
        var upstream = new UpstreamOptions { Address = "pool.test:25", Discover = UpstreamDiscovery.Dns };
        return new()
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = new()
                {
                    Strategy = "Failover",
                    Upstreams = new Dictionary<string, UpstreamOptions>(StringComparer.OrdinalIgnoreCase)
                    {
                        ["pool"] = change is null ? upstream : change(upstream),
                    },
                },
            },
        };
    }

    private sealed class Run(PipelineFixture relay, DiscoveryMonitor monitor) : IAsyncDisposable
    {
        public PipelineFixture Relay { get; } = relay;

        public DiscoveryMonitor Monitor { get; } = monitor;

        public DiscoveryQuestion Question { get; } = new(UpstreamDiscovery.Dns, "pool.test");

        public IReadOnlyList<string> Names => [.. Relay.Topology.Current.Groups["default"].Members.Select(member => member.Name)];

        /// <summary>Second by second, as time goes.</summary>
        public void Advance(TimeSpan time)
        {
            for (var second = 0; second < time.TotalSeconds; second++)
            {
                Relay.Time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Monitor.StopAsync(CancellationToken.None);
            await Relay.DisposeAsync();
            Monitor.Dispose();
        }
    }
}
