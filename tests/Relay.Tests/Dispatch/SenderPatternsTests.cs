using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.Core.Upstreams.Connections;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch;

public sealed class SenderPatternsTests
{
    private readonly TestClock _time = new();
    private readonly Heartbeat _heartbeat;

    public SenderPatternsTests() => _heartbeat = new Heartbeat(_time);

    [OneTimeTearDown]
    public void End() => _heartbeat.Dispose();

    [TestCase("u@example.com", "a")]
    [TestCase("U@EXAMPLE.COM", "a")]
    [TestCase("u@sub.example.com", "b")]
    [TestCase("", "b", Description = "the null sender")]
    public async Task A_sender_gets_an_upstream_that_takes_it(string sender, string upstream)
    {
        var queue = Queue(("a", ["*@example.com"]), ("b", ["*@*.example.com", "<>"]));

        Assert.That((await Pick(queue, sender)).Lease?.Server.Name, Is.EqualTo(upstream));
    }

    [TestCase("*", true)]
    [TestCase("<>", true)]
    [TestCase("*@*", false)]
    public async Task The_null_sender_counts_only_where_it_or_everybody_is_written(string pattern, bool isTaken)
    {
        var pick = await Pick(Queue(("a", [pattern])), "");

        Assert.That(pick.Status, Is.EqualTo(isTaken ? PickStatus.Picked : PickStatus.NobodyAvailable));
    }

    [Test]
    public async Task One_that_waits_for_its_upstream_does_not_hold_up_those_behind_it()
    {
        var queue = Queue(("a", ["*@a.example"]), ("b", ["*@b.example"]));
        var (a, b) = ((await Pick(queue, "u@a.example")).Lease!, (await Pick(queue, "u@b.example")).Lease!);
        var first = Pick(queue, "u@a.example").AsTask();
        var second = Pick(queue, "u@b.example").AsTask();

        b.Dispose();

        Assert.That((await second).Lease?.Server, Is.SameAs(b.Server));
        Assert.That(first.IsCompleted, Is.False);
        a.Dispose();
        Assert.That((await first).Lease?.Server, Is.SameAs(a.Server));
    }

    [Test]
    public void A_message_is_refused_for_good_when_no_configured_member_takes_its_sender()
    {
        var queue = Queue(("a", ["*@a.example"]), ("b", ["*@b.example"]));

        Assert.That(
            Plan(queue, "u@c.example").NobodyCanCarry?.ToString(),
            Is.EqualTo("550 5.7.1 No upstream server takes mail of this sender")
        );
        Assert.That(Plan(queue, "u@a.example").NobodyCanCarry, Is.Null);
    }

    [Test]
    public void It_is_put_off_while_one_that_takes_it_is_merely_out_of_service()
    {
        var queue = Queue(("a", ["*@a.example"]), ("b", []));
        queue.Group.Members[1].Drain();
        queue.Group.Refresh();

        Assert.That(Plan(queue, "u@c.example").NobodyCanCarry, Is.Null);
    }

    [Test]
    public void It_is_refused_when_those_that_take_it_cannot_carry_it_and_the_others_do_not_take_it()
    {
        var queue = Queue(("a", ["*@a.example"]), ("b", ["*@b.example"]));
        queue.Group.Members[0].Capabilities = new UpstreamCapabilities(EightBitMime: true, SmtpUtf8: true, MaximumSize: 1, Dsn: false);

        Assert.That(Plan(queue, "u@a.example").NobodyCanCarry, Is.Not.Null);
    }

    [Test]
    public void A_member_that_no_lookup_has_found_yet_may_still_take_it()
    {
        var options = Options(("a", ["*@a.example"]));
        var group = new UpstreamGroup("default", options, []);

        Assert.That(group.ExcludesSender(new("u@a.example")), Is.False);
        Assert.That(group.ExcludesSender(new("u@b.example")), Is.True);
    }

    private static GroupOptions Options(params (string Name, string[] Senders)[] upstreams) =>
        new()
        {
            Upstreams = upstreams.ToDictionary(
                upstream => upstream.Name,
                upstream => new UpstreamOptions { Connections = 1, SenderPatterns = upstream.Senders },
                StringComparer.OrdinalIgnoreCase
            ),
        };

    private GroupQueue Queue(params (string Name, string[] Senders)[] upstreams)
    {
        var options = Options(upstreams);
        var group = new UpstreamGroup("default", options, options.Upstreams.Select(pair => Some.Server(pair.Key, _time, pair.Value)));
        return new GroupQueue(group, new RoundRobinStrategy(), _heartbeat, _time);
    }

    private ValueTask<PickResult> Pick(GroupQueue queue, string sender) =>
        queue.PickAsync(new PickRequest(Some.Message(sender, time: _time)), long.MaxValue, CancellationToken.None);

    private GroupPlan Plan(GroupQueue queue, string sender) => new(queue, Some.Message(sender, time: _time), [0]);
}
