using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch;

/// <summary>Mail from the spool beside fresh mail, and mail that one server only may have.</summary>
public sealed class BacklogTests
{
    private readonly TestClock _time = new();

    [Test]
    public async Task Fresh_mail_goes_first_and_the_backlog_gets_every_fifth_place()
    {
        var server = Some.Server("a", options: new UpstreamOptions { Connections = 1 });
        var queue = Queue(server);
        var held = (await queue.PickAsync(Request(isBacklog: false), long.MaxValue, default)).Lease!;
        List<char> served = [];
        var waiting = Enumerable.Range(0, 20).Select(number => ServeAsync(queue, isBacklog: number < 10, served)).ToList();

        held.Dispose();
        await Task.WhenAll(waiting);

        Assert.That(string.Concat(served), Is.EqualTo("ffffbffffbffbbbbbbbb"), "of five while both wait one is of the backlog");
    }

    [Test]
    public async Task What_one_server_only_may_have_waits_for_that_one_whatever_its_tier()
    {
        var first = Some.Server("a", options: new UpstreamOptions { Connections = 1 });
        var backup = Some.Server("b", options: new UpstreamOptions { Connections = 1, Backup = true });
        var queue = Queue(first, backup);

        var pick = await queue.PickAsync(new PickRequest(Some.Message(time: _time)) { Only = "b" }, long.MaxValue, default);
        Assert.That(pick.Lease!.Server, Is.SameAs(backup));
        var second = queue.PickAsync(new PickRequest(Some.Message(time: _time)) { Only = "b" }, long.MaxValue, default);
        Assert.That(second.IsCompleted, Is.False, "a is free, and may not have it");
        pick.Lease.Dispose();

        Assert.That((await second).Lease!.Server, Is.SameAs(backup));
    }

    [Test]
    public async Task A_server_out_of_use_is_not_asked_before_its_time_and_nobody_else_is()
    {
        var first = Some.Server("a");
        var backup = Some.Server("b", options: new UpstreamOptions { Backup = true });
        var queue = Queue(first, backup);
        backup.Health.ReportTrustProblem("no");

        var pick = await queue.PickAsync(new PickRequest(Some.Message(time: _time)) { Only = "b" }, long.MaxValue, default);

        Assert.That(pick.Status, Is.EqualTo(PickStatus.NobodyAvailable));
    }

    private async Task ServeAsync(GroupQueue queue, bool isBacklog, List<char> served)
    {
        var pick = await queue.PickAsync(Request(isBacklog), long.MaxValue, default);
        lock (served)
        {
            served.Add(isBacklog ? 'b' : 'f');
        }

        pick.Lease!.Dispose();
    }

    private PickRequest Request(bool isBacklog) => new(Some.Message(time: _time)) { IsBacklog = isBacklog };

    private GroupQueue Queue(params UpstreamServer[] servers)
    {
        var group = Some.Group(servers);
        group.Refresh();
        return new GroupQueue(group, StrategyRegistry.Create("RoundRobin", new Random(1)), new Heartbeat(_time), _time);
    }
}
