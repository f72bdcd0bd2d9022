using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch;

public sealed class GroupQueueTests
{
    private readonly TestClock _time = new();
    private readonly Heartbeat _heartbeat;

    public GroupQueueTests() => _heartbeat = new Heartbeat(_time);

    [OneTimeTearDown]
    public void End() => _heartbeat.Dispose();

    [Test]
    public async Task A_free_upstream_is_picked_at_once()
    {
        var queue = Queue(Server("a"));

        var pick = await Pick(queue);

        Assert.That(pick.Lease?.Server.Name, Is.EqualTo("a"));
        Assert.That(pick.Lease!.Server.Load.InFlight, Is.EqualTo(1));
    }

    [Test]
    public async Task Waiting_messages_are_served_in_order_of_arrival_by_whoever_gets_room()
    {
        var queue = Queue(Server("a"), Server("b"));
        var leases = new[] { (await Pick(queue)).Lease!, (await Pick(queue)).Lease! };
        var waiting = Enumerable.Range(0, 4).Select(_ => Pick(queue).AsTask()).ToArray();
        Assert.That(queue.Waiting, Is.EqualTo(4));

        leases[1].Dispose();
        var first = await waiting[0];
        leases[0].Dispose();
        var second = await waiting[1];

        Assert.That(first.Lease!.Server, Is.SameAs(leases[1].Server));
        Assert.That(second.Lease!.Server, Is.SameAs(leases[0].Server));
        Assert.That(waiting[2].IsCompleted || waiting[3].IsCompleted, Is.False);
        Assert.That(queue.Waiting, Is.EqualTo(2));
    }

    [Test]
    public async Task Nobody_overtakes_those_who_wait()
    {
        var queue = Queue(Server("a"));
        var lease = (await Pick(queue)).Lease!;
        var first = Pick(queue).AsTask();
        var second = Pick(queue).AsTask();

        lease.Dispose();
        (await first).Lease!.Dispose();

        Assert.That((await second).Status, Is.EqualTo(PickStatus.Picked));
    }

    [Test]
    public async Task A_waiter_that_tried_the_free_upstream_lets_the_next_one_have_it()
    {
        var (a, b) = (Server("a"), Server("b"));
        var queue = Queue(a, b);
        var leases = new[] { (await Pick(queue)).Lease!, (await Pick(queue)).Lease! };
        var request = new PickRequest(Some.Message(time: _time));
        request.Tried(a);
        var choosy = queue.PickAsync(request, Later(60), CancellationToken.None).AsTask();
        var easy = Pick(queue).AsTask();

        leases.Single(lease => lease.Server == a).Dispose();

        Assert.That((await easy).Lease!.Server, Is.SameAs(a));
        Assert.That(choosy.IsCompleted, Is.False);
        leases.Single(lease => lease.Server == b).Dispose();
        Assert.That((await choosy).Lease!.Server, Is.SameAs(b));
    }

    [Test]
    public async Task The_wait_ends_with_the_budget()
    {
        var queue = Queue(Server("a"));
        await Pick(queue);
        var waiting = queue.PickAsync(new PickRequest(Some.Message(time: _time)), Later(15), CancellationToken.None).AsTask();

        _time.Advance(TimeSpan.FromSeconds(14));
        queue.OnHeartbeat(_time.GetTimestamp());
        Assert.That(waiting.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromSeconds(1));
        queue.OnHeartbeat(_time.GetTimestamp());

        Assert.That((await waiting).Status, Is.EqualTo(PickStatus.GaveUpWaiting));
        Assert.That(queue.Waiting, Is.Zero);
    }

    [Test]
    public async Task A_client_that_leaves_stops_waiting_and_takes_no_slot()
    {
        var queue = Queue(Server("a"));
        var lease = (await Pick(queue)).Lease!;
        using var client = new CancellationTokenSource();
        var waiting = queue.PickAsync(new PickRequest(Some.Message(time: _time)), Later(60), client.Token).AsTask();

        await client.CancelAsync();
        lease.Dispose();

        Assert.That((await waiting).Status, Is.EqualTo(PickStatus.GaveUpWaiting));
        Assert.That(lease.Server.Load.InFlight, Is.Zero);
    }

    [Test]
    public async Task A_busy_tier_is_waited_for_and_does_not_open_the_backups()
    {
        var backup = Server("backup", backup: true);
        var queue = Queue(Server("primary"), backup);
        await Pick(queue);

        var waiting = Pick(queue).AsTask();

        Assert.That(waiting.IsCompleted, Is.False);
        Assert.That(backup.Load.InFlight, Is.Zero);
    }

    [Test]
    public async Task With_SpillAt_the_next_tier_joins_before_the_first_is_full()
    {
        var members = new[] { Server("a", connections: 4), Server("backup", backup: true, connections: 4) };
        var group = new UpstreamGroup("default", new GroupOptions { SpillAt = 0.5 }, members);
        var queue = new GroupQueue(group, new LeastConnectionsStrategy(), _heartbeat, _time);

        var picks = new List<string>();
        for (var count = 0; count < 8; count++)
        {
            picks.Add((await Pick(queue)).Lease!.Server.Name);
        }

        Assert.That(picks[..2], Is.All.EqualTo("a"), "under half");
        Assert.That(picks[2..].Count(name => name == "backup"), Is.EqualTo(4));
        Assert.That(Pick(queue).AsTask().IsCompleted, Is.False, "now both are full");
    }

    [Test]
    public async Task Waiting_messages_go_to_the_backup_when_the_last_primary_leaves_service()
    {
        var primary = Server("primary");
        var queue = Queue(primary, Server("backup", backup: true));
        await Pick(queue);
        var waiting = Pick(queue).AsTask();

        Eject(primary);

        Assert.That((await waiting).Lease!.Server.Name, Is.EqualTo("backup"));
    }

    [Test]
    public async Task A_message_that_every_primary_has_failed_goes_to_the_backup()
    {
        var primary = Server("primary");
        var queue = Queue(primary, Server("backup", backup: true));
        var request = new PickRequest(Some.Message(time: _time));
        request.Tried(primary);

        var pick = await queue.PickAsync(request, Later(15), CancellationToken.None);

        Assert.That(pick.Lease!.Server.Name, Is.EqualTo("backup"));
    }

    [Test]
    public async Task With_nobody_in_service_one_message_tries_the_one_that_failed_longest_ago_and_the_others_are_answered_at_once()
    {
        var (a, b) = (Server("a"), Server("b"));
        var queue = Queue(a, b);
        Eject(b);
        _time.Advance(TimeSpan.FromSeconds(1));
        Eject(a);

        var trial = await Pick(queue);
        var other = await Pick(queue);

        Assert.That(trial.Lease!.Server, Is.SameAs(b));
        Assert.That(trial.Lease.IsTrial, Is.True);
        Assert.That(other.Status, Is.EqualTo(PickStatus.NobodyAvailable));
    }

    [Test]
    public async Task Nobody_is_tried_ahead_of_time_who_refused_our_credentials()
    {
        var server = Server("a");
        var queue = Queue(server);
        server.Health.ReportTrustProblem("535 5.7.8 no");

        Assert.That((await Pick(queue)).Status, Is.EqualTo(PickStatus.NobodyAvailable));
    }

    [Test]
    public async Task An_ejection_that_is_over_gives_one_message_as_a_trial_while_the_others_go_elsewhere()
    {
        var (a, b) = (Server("a", connections: 9), Server("b", connections: 9));
        var queue = Queue(a, b);
        Eject(a);
        _time.Advance(TimeSpan.FromSeconds(30));

        var picks = new[] { await Pick(queue), await Pick(queue), await Pick(queue) };

        Assert.That(
            picks.Select(pick => (pick.Lease!.Server.Name, pick.Lease.IsTrial)),
            Is.EqualTo([("a", true), ("b", false), ("b", false)])
        );
    }

    [Test]
    public async Task A_trial_that_was_given_up_is_made_by_the_next_message()
    {
        var a = Server("a");
        var queue = Queue(a, Server("b"));
        Eject(a);
        _time.Advance(TimeSpan.FromSeconds(30));

        (await Pick(queue)).Lease!.Dispose();
        var next = await Pick(queue);

        Assert.That(next.Lease!.Server, Is.SameAs(a));
    }

    [Test]
    public async Task A_paused_upstream_has_no_room_until_the_pause_is_over()
    {
        var a = Server("a");
        var queue = Queue(a);
        a.Pace.Throttled("451 4.7.1 slow down");
        var waiting = Pick(queue).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);

        _time.Advance(TimeSpan.FromSeconds(2));
        queue.OnHeartbeat(_time.GetTimestamp());

        Assert.That((await waiting).Status, Is.EqualTo(PickStatus.Picked));
    }

    [Test]
    public async Task Only_servers_that_can_carry_the_message_are_candidates()
    {
        var (a, b) = (Server("a"), Server("b"));
        a.Capabilities = new UpstreamCapabilities(EightBitMime: false, SmtpUtf8: false, MaximumSize: null, Dsn: false);
        var queue = Queue(a, b);
        var message = Some.Message(time: _time, change: envelope => envelope with { Body = BodyType.EightBitMime });

        var pick = await queue.PickAsync(new PickRequest(message), Later(15), CancellationToken.None);

        Assert.That(pick.Lease!.Server, Is.SameAs(b));
    }

    [Test]
    public async Task A_message_that_requires_TLS_goes_to_a_server_that_promises_it()
    {
        var (a, b) = (Server("a"), Server("b"));
        a.Capabilities = new UpstreamCapabilities(EightBitMime: true, SmtpUtf8: true, MaximumSize: null, Dsn: true);
        b.Capabilities = a.Capabilities with { RequireTls = true };
        var queue = Queue(a, b);
        var message = Some.Message(time: _time, change: envelope => envelope with { RequireTls = true });

        var pick = await queue.PickAsync(new PickRequest(message), Later(15), CancellationToken.None);
        Assert.That(pick.Lease!.Server, Is.SameAs(b));
    }

    [Test]
    public async Task Slots_are_never_exceeded_by_many_threads()
    {
        var queue = Queue(Server("a", connections: 3), Server("b", connections: 2));
        var most = 0;

        await Parallel.ForAsync(
            0,
            2000,
            async (_, _) =>
            {
                using var lease = (await Pick(queue)).Lease!;
                most = Math.Max(most, queue.Group.Members.Sum(member => member.Load.InFlight));
                await Task.Yield();
            }
        );

        Assert.That(most, Is.LessThanOrEqualTo(5));
        Assert.That(queue.Group.Members.Sum(member => member.Load.InFlight), Is.Zero);
        Assert.That(queue.Waiting, Is.Zero);
    }

    private UpstreamServer Server(string name, bool backup = false, int connections = 1) =>
        Some.Server(name, _time, new UpstreamOptions { Connections = connections, Backup = backup });

    private GroupQueue Queue(params UpstreamServer[] servers) => new(Some.Group(servers), new RoundRobinStrategy(), _heartbeat, _time);

    private ValueTask<PickResult> Pick(GroupQueue queue) =>
        queue.PickAsync(new PickRequest(Some.Message(time: _time)), Later(60), CancellationToken.None);

    private long Later(int seconds) => _time.GetTimestamp() + (seconds * _time.TimestampFrequency);

    private static void Eject(UpstreamServer server)
    {
        for (var failure = 0; failure < 5; failure++)
        {
            server.Health.ReportFailure("connection refused");
        }
    }
}
