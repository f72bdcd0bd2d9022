using Relay.Core.Configuration;
using Relay.Core.Upstreams.Health;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Upstreams;

/// <summary>What a reload keeps, changes and lets go; through the whole path, since that is where a mistake would lose mail.</summary>
public sealed class TopologyManagerTests
{
    private static readonly UpstreamOptions Plain = new() { Address = "unused:25", Tls = UpstreamTls.None };

    [Test]
    public async Task A_server_that_stays_keeps_counters_connections_and_what_was_set_by_hand()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain)));
        Assert.That(await relay.SendAsync(), Does.StartWith("250"));
        var server = relay.Server("a");
        server.Drain();
        server.SetWeight(5);

        relay.Apply(Options(("a", Plain with { Connections = 3 }), ("b", Plain)));

        Assert.That(relay.Server("a"), Is.SameAs(server));
        Assert.That(server.Load.Delivered, Is.EqualTo(1));
        Assert.That(server.Pool!.Idle, Is.EqualTo(1));
        Assert.That(server.Options.Connections, Is.EqualTo(3));
        Assert.That((server.IsDrained, server.Weight), Is.EqualTo((true, 5)));
        Assert.That(relay.Topology.Current.Revision, Is.EqualTo(2));
    }

    [Test]
    public async Task A_changed_weight_in_the_configuration_ends_the_one_set_by_hand()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain)));
        relay.Server("a").SetWeight(5);

        relay.Apply(Options(("a", Plain with { Weight = 7 })));

        Assert.That(relay.Server("a").Weight, Is.EqualTo(7));
    }

    [Test]
    public async Task A_server_that_is_taken_out_gets_no_more_mail_and_its_idle_connections_are_closed()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain), ("b", Plain)));
        Assert.That(await relay.SendAsync(), Does.Contain("via a"));
        var gone = relay.Server("a");

        relay.Apply(Options(("b", Plain)));

        Assert.That(await relay.SendAsync(), Does.Contain("via b"));
        await Until.TrueAsync(() => gone.Pool!.Open == 0, "its connection is closed");
        Assert.That(gone.Load.Delivered, Is.EqualTo(1));
    }

    [Test]
    public async Task What_is_under_way_on_a_server_that_is_taken_out_finishes_there()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain)));
        var dot = relay["a"].On(Stage.Dot).Hold();
        var sending = relay.SendAsync();
        await dot.Reached;
        var gone = relay.Server("a");

        relay.Apply(Options(("b", Plain)));
        Assert.That(sending.IsCompleted, Is.False);
        dot.Release();

        Assert.That(await sending, Does.StartWith("250").And.Contain("via a"));
        await Until.TrueAsync(() => gone.Pool!.Open == 0, "its connection is closed, not kept");
    }

    [Test]
    public async Task A_server_that_comes_back_before_its_last_delivery_ended_is_the_same_one()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain)));
        var server = relay.Server("a");
        Assert.That(server.TryReserve(1, out _), Is.True);
        server.Drain();

        relay.Apply(Options(("b", Plain)));
        relay.Apply(Options(("a", Plain), ("b", Plain)));

        Assert.That(relay.Server("a"), Is.SameAs(server), "its delivery counts against its limit still");
        Assert.That(server.IsDrained, Is.False);
        Assert.That(await relay.SendAsync(), Does.Contain("via a"));
        Assert.That(server.Pool!.Idle, Is.EqualTo(1), "it keeps connections again");
        server.Load.Release();
    }

    [Test]
    public async Task A_new_address_ends_an_ejection_that_the_old_one_earned()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain)));
        var server = relay.Server("a");
        server.Health.ReportTrustProblem("535 no");
        Assert.That(relay.Topology.Current.Groups["default"].TiersInService, Is.Empty);

        relay.Apply(Options(("a", Plain with { Weight = 2 })));
        Assert.That(server.Health.State, Is.EqualTo(UpstreamState.Ejected), "a weight mends nothing");
        relay.Apply(Options(("a", Plain with { Password = "right", UserName = "u" })));

        Assert.That(server.Health.State, Is.EqualTo(UpstreamState.Healthy));
        Assert.That(relay.Topology.Current.Groups["default"].TiersInService, Has.Length.EqualTo(1));
    }

    [Test]
    public async Task Tiers_and_strategy_follow_the_configuration()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain), ("b", Plain)));
        Assert.That(await relay.SendAsync(), Does.Contain("via a"));

        relay.Apply(Options("RoundRobin", ("a", Plain with { Backup = true }), ("b", Plain)));

        Assert.That(await relay.SendAsync(), Does.Contain("via b"));
        Assert.That(await relay.SendAsync(), Does.Contain("via b"));
        Assert.That(relay.Dispatcher.Table.QueueOf(relay.Topology.Current.Groups["default"])!.Strategy.Name, Is.EqualTo("RoundRobin"));
    }

    [Test]
    public async Task A_message_that_waits_takes_the_server_that_a_reload_brings()
    {
        await using var relay = PipelineFixture.With(Options(("a", Plain with { Connections = 1 })));
        Assert.That(relay.Server("a").TryReserve(1, out _), Is.True);
        var waiting = relay.SendAsync();
        Assert.That(waiting.IsCompleted, Is.False);

        relay.Apply(Options(("a", Plain with { Connections = 1 }), ("b", Plain)));

        Assert.That(await waiting, Does.Contain("via b"));
        relay.Server("a").Load.Release();
    }

    [Test]
    public async Task A_message_whose_recipients_a_reload_sends_apart_is_put_off_whole()
    {
        var before = Options(("a", Plain));
        await using var relay = PipelineFixture.With(before);
        var after = before with
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = before.Groups["default"],
                ["other"] = Options(("b", Plain)).Groups["default"],
            },
            Routes = [new RouteOptions { To = "*@b.example", Group = "other" }, new RouteOptions { Group = "default" }],
        };

        relay.Apply(after);
        var reply = await relay.SendAsync("x@a.example", "y@b.example");

        Assert.That(reply, Does.StartWith("451").And.Contain("routes changed"));
        Assert.That(relay["a"].Received.Count + relay["b"].Received.Count, Is.Zero, "nobody got it");
    }

    private static RelayOptions Options(params (string Name, UpstreamOptions Options)[] upstreams) => Options("Failover", upstreams);

    private static RelayOptions Options(string strategy, params (string Name, UpstreamOptions Options)[] upstreams) =>
        new()
        {
            Groups = new Dictionary<string, GroupOptions>(StringComparer.OrdinalIgnoreCase)
            {
                ["default"] = new()
                {
                    Strategy = strategy,
                    Upstreams = upstreams.ToDictionary(
                        upstream => upstream.Name,
                        upstream => upstream.Options,
                        StringComparer.OrdinalIgnoreCase
                    ),
                },
            },
        };
}
