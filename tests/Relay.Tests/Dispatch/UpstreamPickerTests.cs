using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch;

/// <summary>What a drain and a weight by hand mean for the choice.</summary>
public sealed class UpstreamPickerTests
{
    private readonly TestClock _time = new();
    private readonly Heartbeat _heartbeat;

    public UpstreamPickerTests() => _heartbeat = new Heartbeat(_time);

    [OneTimeTearDown]
    public void End() => _heartbeat.Dispose();

    [Test]
    public async Task A_drained_server_gets_nothing_new_and_keeps_what_it_has()
    {
        var (a, b) = (Server("a"), Server("b"));
        var queue = Queue(a, b);
        var lease = (await Pick(queue)).Lease!;
        Drain(queue, lease.Server);

        var picks = new[] { await Pick(queue), await Pick(queue), await Pick(queue) };

        Assert.That(lease.Server.Load.InFlight, Is.EqualTo(1));
        Assert.That(picks.Select(pick => pick.Lease!.Server), Has.None.SameAs(lease.Server));
        lease.Dispose();
        Assert.That(lease.Server.Load.InFlight, Is.Zero);
    }

    /// <summary>An operator who sees no work left switches the server off, however late the thread comes that chose it before the drain.</summary>
    [Test]
    public async Task A_server_that_is_drained_between_the_choice_and_its_slot_gets_nothing()
    {
        var (a, b) = (Server("a"), Server("b"));
        var queue = new GroupQueue(Some.Group([a, b]), new DrainingStrategy(a), _heartbeat, _time);

        var picked = (await Pick(queue)).Lease!.Server;

        Assert.That(a.IsDrained, "the premise");
        Assert.That(picked, Is.SameAs(b));
        Assert.That((a.Load.InFlight, b.Load.InFlight), Is.EqualTo((0, 1)));
    }

    [Test]
    public async Task Nobody_is_left_when_the_only_server_is_drained_between_the_choice_and_its_slot()
    {
        var server = Server("a");
        var queue = new GroupQueue(Some.Group([server]), new DrainingStrategy(server), _heartbeat, _time);

        Assert.That((await Pick(queue)).Status, Is.EqualTo(PickStatus.NobodyAvailable));
        Assert.That(server.Load.InFlight, Is.Zero);
    }

    [Test]
    public async Task The_backup_is_used_while_all_primaries_are_drained()
    {
        var primary = Server("primary");
        var queue = Queue(primary, Server("backup", backup: true));

        Drain(queue, primary);
        Assert.That((await Pick(queue)).Lease!.Server.Name, Is.EqualTo("backup"));

        primary.Resume();
        queue.Group.Refresh();
        Assert.That((await Pick(queue)).Lease!.Server, Is.SameAs(primary));
    }

    [Test]
    public async Task Messages_that_wait_for_a_server_go_elsewhere_as_soon_as_it_is_drained()
    {
        var primary = Server("primary", connections: 1);
        var queue = Queue(primary, Server("backup", backup: true));
        await Pick(queue);
        var waiting = Pick(queue).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);

        Drain(queue, primary);

        Assert.That((await waiting).Lease!.Server.Name, Is.EqualTo("backup"));
    }

    [Test]
    public async Task A_drained_server_is_no_last_resort()
    {
        var server = Server("a");
        var queue = Queue(server);
        Eject(server);
        Drain(queue, server);

        Assert.That((await Pick(queue)).Status, Is.EqualTo(PickStatus.NobodyAvailable));
        server.Resume();
        queue.Group.Refresh();
        Assert.That((await Pick(queue)).Lease!.IsTrial, Is.True);
    }

    [Test]
    public async Task A_drained_server_gets_no_trial_when_its_ejection_is_over()
    {
        var (a, b) = (Server("a"), Server("b"));
        var queue = Queue(a, b);
        Eject(a);
        Drain(queue, a);
        _time.Advance(TimeSpan.FromSeconds(30));

        var whileDrained = (await Pick(queue)).Lease!;
        a.Resume();
        queue.Group.Refresh();
        var afterwards = (await Pick(queue)).Lease!;

        Assert.That((whileDrained.Server.Name, whileDrained.IsTrial), Is.EqualTo(("b", false)));
        Assert.That((afterwards.Server.Name, afterwards.IsTrial), Is.EqualTo(("a", true)));
    }

    [Test]
    public async Task Shares_follow_a_weight_set_by_hand()
    {
        var (a, b) = (Server("a"), Server("b"));
        var queue = Queue(a, b);
        b.SetWeight(3);

        var names = new List<string>();
        for (var message = 0; message < 8; message++)
        {
            names.Add((await Pick(queue)).Lease!.Server.Name);
        }

        Assert.That(names.Count(name => name == "b"), Is.EqualTo(6));
    }

    [TestCase(0)]
    [TestCase(1001)]
    public void A_weight_out_of_range_is_a_defect_of_the_caller(int weight)
    {
        var server = Server("a");

        Assert.That(() => server.SetWeight(weight), Throws.InstanceOf<ArgumentOutOfRangeException>());
        Assert.That(server.Weight, Is.EqualTo(1));
    }

    private UpstreamServer Server(string name, bool backup = false, int connections = 100) =>
        Some.Server(name, _time, new UpstreamOptions { Connections = connections, Backup = backup });

    private GroupQueue Queue(params UpstreamServer[] servers) => new(Some.Group(servers), new RoundRobinStrategy(), _heartbeat, _time);

    private ValueTask<PickResult> Pick(GroupQueue queue) =>
        queue.PickAsync(
            new PickRequest(Some.Message(time: _time)),
            _time.GetTimestamp() + _time.TimestampFrequency,
            CancellationToken.None
        );

    private static void Drain(GroupQueue queue, UpstreamServer server)
    {
        server.Drain();
        queue.Group.Refresh();
    }

    private static void Eject(UpstreamServer server)
    {
        for (var failure = 0; failure < 5; failure++)
        {
            server.Health.ReportFailure("connection refused");
        }
    }

    /// <summary>Chooses the first, and has a server drained in just that moment; that its group works out anew who is in service comes later.</summary>
    private sealed class DrainingStrategy(UpstreamServer server) : ILoadBalancingStrategy
    {
        public string Name => "Draining";

        public UpstreamServer Pick(ReadOnlySpan<UpstreamServer> candidates, ReceivedMessage message)
        {
            server.Drain();
            return candidates[0];
        }
    }
}
