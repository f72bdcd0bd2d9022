using Relay.Core.Configuration;
using Relay.Events;
using Relay.TestKit;

namespace Relay.Tests.Events;

public sealed class EventGatheringTests
{
    private static readonly TimeSpan Gather = TimeSpan.FromSeconds(30);

    private readonly TestClock _time = new();

    [Test]
    public void The_first_is_told_at_once_and_a_storm_behind_it_as_one()
    {
        var gathering = new EventGathering(_time);

        var first = gathering.Add(Bounce(3));
        var storm = Enumerable.Range(0, 1000).Select(_ => gathering.Add(Bounce(2))).ToList();
        _time.Advance(Gather);
        var told = gathering.Take(Gather);

        Assert.That(first?.Count, Is.EqualTo(3));
        Assert.That(storm, Has.All.Null);
        Assert.That(told.Select(static happened => happened.Count), Is.EqualTo([2000]));
    }

    [Test]
    public void A_storm_that_goes_on_is_told_once_in_each_time()
    {
        var gathering = new EventGathering(_time);
        gathering.Add(Bounce(1));
        var told = 0;
        for (var second = 0; second < 300; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            gathering.Add(Bounce(1));
            told += gathering.Take(Gather).Count;
        }

        Assert.That(told, Is.EqualTo(10));
    }

    [Test]
    public void After_a_quiet_time_the_next_is_told_at_once_again()
    {
        var gathering = new EventGathering(_time);
        gathering.Add(Bounce(1));
        _time.Advance(Gather);

        Assert.That(gathering.Take(Gather), Is.Empty);
        Assert.That(gathering.Add(Bounce(1)), Is.Not.Null);
    }

    [Test]
    public void Others_are_told_beside_a_storm()
    {
        var gathering = new EventGathering(_time);
        gathering.Add(Bounce(1));

        Assert.That(gathering.Add(Bounce(1) with { Kind = EventKind.Ejected, Upstream = "a" }), Is.Not.Null);
        Assert.That(gathering.Add(Bounce(1) with { Kind = EventKind.Ejected, Upstream = "b" }), Is.Not.Null);
        Assert.That(gathering.Add(Bounce(1) with { Kind = EventKind.Ejected, Upstream = "b" }), Is.Null);
    }

    private RelayEvent Bounce(long count) =>
        new()
        {
            Kind = EventKind.Bounce,
            At = _time.GetUtcNow(),
            Text = "bounced",
            Count = count,
        };
}
