using Relay.Core.Configuration;
using Relay.Core.Dispatch;
using Relay.Core.Dispatch.LoadBalancing;
using Relay.Core.Messages;
using Relay.Core.Timing;
using Relay.Core.Upstreams;
using Relay.TestKit;
using Relay.Tests.Fixtures;

namespace Relay.Tests.Dispatch;

/// <summary>Messages that hold a place for long do not keep the others waiting, nor the others them for ever.</summary>
public sealed class LargeMessageTests
{
    private readonly TestClock _time = new();
    private readonly Heartbeat _heartbeat;

    public LargeMessageTests() => _heartbeat = new Heartbeat(_time);

    [OneTimeTearDown]
    public void End() => _heartbeat.Dispose();

    [Test]
    public async Task Small_messages_go_before_large_ones_that_wait_and_every_fifth_is_large()
    {
        var queue = Queue(Server(connections: 1));
        var lease = (await Pick(queue)).Lease!;
        var large = Enumerable.Range(0, 3).Select(_ => Pick(queue, BodyStorage.MemoryPerBody + 1).AsTask()).ToArray();
        var small = Enumerable.Range(0, 6).Select(_ => Pick(queue).AsTask()).ToArray();

        foreach (var next in new[] { small[0], small[1], small[2], small[3], large[0], small[4], small[5], large[1], large[2] })
        {
            lease.Dispose();
            lease = (await next.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System)).Lease!;
        }

        Assert.That(queue.Waiting, Is.Zero);
    }

    [Test]
    public async Task Large_messages_leave_a_quarter_of_the_places_to_others()
    {
        var queue = Queue(Server(connections: 8));
        var large = Enumerable.Range(0, 8).Select(_ => Pick(queue, BodyStorage.MemoryPerBody + 1).AsTask()).ToArray();
        Assert.That(large.Count(pick => pick.IsCompleted), Is.EqualTo(6));
        Assert.That(queue.Waiting, Is.EqualTo(2));

        var small = new[] { (await Pick(queue)).Lease!, (await Pick(queue)).Lease! };
        Assert.That(queue.Waiting, Is.EqualTo(2));
        small[0].Dispose(); // not theirs
        Assert.That(queue.Waiting, Is.EqualTo(2));

        (await large[0]).Lease!.Dispose();
        var seventh = await large[6].WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System);
        Assert.That(seventh.Lease!.Server.Load.LargeInFlight, Is.EqualTo(6));
    }

    private UpstreamServer Server(int connections) => Some.Server("a", _time, new UpstreamOptions { Connections = connections });

    private GroupQueue Queue(UpstreamServer server) => new(Some.Group(server), new RoundRobinStrategy(), _heartbeat, _time);

    private ValueTask<PickResult> Pick(GroupQueue queue, long size = 1000)
    {
        var needs = new MessageNeeds(SmtpUtf8: false, EightBitMime: false, size);
        var deadline = _time.GetTimestamp() + (60 * _time.TimestampFrequency);
        return queue.PickAsync(new PickRequest(Some.Message(time: _time), needs), deadline, CancellationToken.None);
    }
}
