using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch;

/// <summary>Room is a slot, and pace as well.</summary>
public sealed class PacedGroupTests
{
    private readonly TestClock _time = new();
    private readonly Heartbeat _heartbeat;

    public PacedGroupTests() => _heartbeat = new Heartbeat(_time);

    [OneTimeTearDown]
    public void End() => _heartbeat.Dispose();

    [Test]
    public async Task A_server_out_of_pace_leaves_the_mail_to_the_others()
    {
        var (a, b) = (Server("a", rates: ["1/min"]), Server("b"));
        var queue = Queue(null, a, b);

        var picks = new[] { await UseAsync(queue), await UseAsync(queue), await UseAsync(queue) };

        Assert.That(picks, Is.EqualTo(new[] { "a", "b", "b" }));
    }

    [Test]
    public async Task Who_waits_goes_at_the_very_moment_at_which_there_is_room()
    {
        var queue = Queue(null, Server("a", rates: ["3/s"]));
        await UseAsync(queue);
        await UseAsync(queue);
        _time.Advance(TimeSpan.FromMilliseconds(333));
        await UseAsync(queue);
        var waiting = Pick(queue).AsTask();

        _time.Advance(TimeSpan.FromMilliseconds(666));
        Assert.That(waiting.IsCompleted, Is.False);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.That((await waiting).Status, Is.EqualTo(PickStatus.Picked));
    }

    [Test]
    public async Task Nobody_waits_for_room_that_will_not_come_in_time()
    {
        var queue = Queue(null, Server("a", rates: ["1/h"]));
        await UseAsync(queue);

        var waiting = queue.PickAsync(new PickRequest(Some.Message(time: _time)), Later(15), CancellationToken.None).AsTask();

        var result = await waiting.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.That(result.Status, Is.EqualTo(PickStatus.OutOfPace));
        Assert.That(result.RoomAt, Is.EqualTo(Later(3600)));
        Assert.That(queue.Waiting, Is.Zero);
    }

    [Test]
    public async Task A_server_without_a_free_slot_may_have_room_at_any_time_and_is_waited_for()
    {
        var (a, b) = (Server("a", rates: ["1/h"]), Server("b", connections: 1));
        var queue = Queue(null, a, b);
        await UseAsync(queue);
        var busy = (await Pick(queue)).Lease!;

        var waiting = Pick(queue).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);
        busy.Dispose();

        Assert.That((await waiting).Lease!.Server, Is.SameAs(b));
    }

    [Test]
    public async Task What_is_given_back_serves_who_waits()
    {
        var queue = Queue(null, Server("a", rates: ["1/s"]));
        var unused = (await Pick(queue)).Lease!;
        var waiting = Pick(queue).AsTask();
        Assert.That(waiting.IsCompleted, Is.False);

        unused.Dispose(); // it never sent MAIL

        Assert.That((await waiting).Status, Is.EqualTo(PickStatus.Picked));
    }

    [Test]
    public async Task A_quota_that_is_used_up_does_not_open_the_backups_unless_the_group_spills_over()
    {
        var strict = Queue(null, Server("a", rates: ["1/day"]), Server("backup", backup: true));
        var spilling = Queue(1.0, Server("a", rates: ["1/day"]), Server("backup", backup: true));
        await UseAsync(strict);
        await UseAsync(spilling);

        Assert.That((await Pick(strict)).Status, Is.EqualTo(PickStatus.OutOfPace));
        Assert.That((await Pick(spilling)).Lease!.Server.Name, Is.EqualTo("backup"));
    }

    [Test]
    public async Task SpillAt_looks_at_pace_as_at_connections()
    {
        var members = new[] { Server("a", rates: ["10/min"]), Server("backup", backup: true) };
        var group = new UpstreamGroup("default", new GroupOptions { SpillAt = 0.5 }, members);
        var queue = new GroupQueue(group, new RoundRobinStrategy(), _heartbeat, _time);

        var picks = new List<string>();
        for (var count = 0; count < 7; count++)
        {
            picks.Add(await UseAsync(queue));
        }

        Assert.That(picks.Take(5), Is.All.EqualTo("a"));
        Assert.That(picks.Skip(5), Does.Contain("backup"));
    }

    [Test]
    public async Task A_message_with_many_recipients_waits_for_room_for_all_of_them()
    {
        var queue = Queue(null, Server("a", recipientRates: ["10/s"]));
        await UseAsync(queue, recipients: 6);
        var many = queue.PickAsync(Request(8), Later(15), CancellationToken.None).AsTask();
        Assert.That(many.IsCompleted, Is.False);

        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That((await many).Lease!.Hold!.Begin(8), Is.EqualTo(8));
    }

    [Test]
    public async Task Where_there_will_not_be_room_for_all_in_time_some_go_now()
    {
        var queue = Queue(null, Server("a", recipientRates: ["10/h"]));
        await UseAsync(queue, recipients: 6);

        var some = await queue.PickAsync(Request(8), Later(15), CancellationToken.None);

        Assert.That(some.Lease!.Hold!.Begin(8), Is.EqualTo(4));
    }

    [Test]
    public async Task Room_that_comes_by_a_reload_serves_who_waits()
    {
        var server = Server("a", rates: ["1/s"]);
        var queue = Queue(null, server);
        await UseAsync(queue);
        var waiting = Pick(queue).AsTask();

        server.Apply(server.Options with { Rates = ["2/s"] }, new HealthOptions());
        queue.Group.Refresh();

        Assert.That((await waiting).Status, Is.EqualTo(PickStatus.Picked));
    }

    private PickRequest Request(int recipients) =>
        new(Some.Message(time: _time, recipients: [.. Enumerable.Range(0, recipients).Select(static index => $"r{index}@example.net")]));

    private async Task<string> UseAsync(GroupQueue queue, int recipients = 1)
    {
        using var lease = (await queue.PickAsync(Request(recipients), Later(60), CancellationToken.None)).Lease!;
        lease.Hold?.Begin(recipients);
        return lease.Server.Name;
    }

    private UpstreamServer Server(
        string name,
        bool backup = false,
        int connections = 100,
        string[]? rates = null,
        string[]? recipientRates = null
    ) =>
        Some.Server(
            name,
            _time,
            new UpstreamOptions
            {
                Connections = connections,
                Backup = backup,
                Rates = rates ?? [],
                RecipientRates = recipientRates ?? [],
            }
        );

    private GroupQueue Queue(double? spillAt, params UpstreamServer[] servers) =>
        new(new UpstreamGroup("default", new GroupOptions { SpillAt = spillAt }, servers), new FailoverStrategy(), _heartbeat, _time);

    private ValueTask<PickResult> Pick(GroupQueue queue) =>
        queue.PickAsync(new PickRequest(Some.Message(time: _time)), Later(60), CancellationToken.None);

    private long Later(int seconds) => _time.GetTimestamp() + (seconds * _time.TimestampFrequency);
}
