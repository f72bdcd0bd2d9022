using Relay.Core.Configuration;
using Relay.Core.Upstreams.Health;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;

namespace Relay.Tests.Cluster.View;

/// <summary>What a server tells one node about its pace is heeded by all.</summary>
public sealed class SharedPaceTests
{
    private TestClock _time = null!;
    private ViewBoard _board = null!;
    private ViewNode _one = null!;
    private ViewNode _two = null!;

    [SetUp]
    public async Task SetUp()
    {
        _time = new TestClock();
        _board = new ViewBoard(_time);
        (_one, _two) = (Join(1), Join(2));
        await RoundAsync();
    }

    [TearDown]
    public async Task TearDown()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
    }

    [Test]
    public async Task A_pause_holds_on_all_nodes_until_its_end()
    {
        Pause(_one, 300);
        await RoundAsync();

        Assert.That(_two["a"].Pace.IsPaused, Is.True);
        Assert.That(_two["a"].Status.Reason, Does.StartWith("450 later (said to node n1); no new mail until"));
        _time.Advance(TimeSpan.FromSeconds(299));
        await RoundAsync();
        Assert.That(_two["a"].Pace.IsPaused, Is.True);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.That(_two["a"].HasRoom, Is.True);
    }

    [Test]
    public async Task A_pause_is_never_made_shorter_and_holds_when_the_node_that_heard_it_has_died()
    {
        Pause(_two, 600);
        Pause(_one, 60);
        await RoundAsync();
        _board.Expire(2);
        _time.Advance(TimeSpan.FromSeconds(100));
        await _one.RoundAsync();

        Assert.That((_one["a"].Pace.IsPaused, _two["a"].Pace.IsPaused), Is.EqualTo((true, true)));
    }

    [Test]
    public async Task A_node_that_learned_nothing_itself_begins_with_its_part_of_what_others_learned()
    {
        Throttle(_one, perSecond: 20);
        var learned = _one["a"].Pace.Learned!.Value;
        await RoundAsync();

        Assert.That(_two["a"].Pace.Learned, Is.EqualTo(learned / 2).Within(0.001));
        Assert.That(_two["a"].Pace.LearnedHere, Is.Null, "nobody is to add it up again");
        Assert.That(_one["a"].Pace.Learned, Is.EqualTo(learned));
        Assert.That(Sent(_two, 1), Is.LessThanOrEqualTo((learned / 2) + 1.5));
    }

    [Test]
    public async Task A_pace_that_was_taken_over_is_forgotten_like_any_other()
    {
        Throttle(_one, perSecond: 20);
        await RoundAsync();

        _time.Advance(TimeSpan.FromSeconds(901));

        Assert.That(_two["a"].Pace.Learned, Is.Null);
        Assert.That(_two["a"].HasRoom, Is.True);
    }

    [Test]
    public async Task A_refusal_of_its_own_makes_the_pace_its_own()
    {
        Throttle(_one, perSecond: 20);
        await RoundAsync();
        _time.Advance(TimeSpan.FromSeconds(1));

        _two["a"].Pace.Throttled("421 slower");

        Assert.That(_two["a"].Pace.LearnedHere, Is.Not.Null);
    }

    private static void Pause(ViewNode node, int seconds) =>
        node["a"].Pace.Throttled("450 later", new ThrottleWord(ThrottleMeaning.Throttle, TimeSpan.FromSeconds(seconds)), TimeSpan.Zero);

    /// <summary>It takes so many in a second, and then says no.</summary>
    private void Throttle(ViewNode node, int perSecond)
    {
        for (var message = 0; message < perSecond; message++)
        {
            node["a"].Pace.Succeeded(TimeSpan.Zero);
            _time.Advance(TimeSpan.FromSeconds(1.0 / perSecond));
        }

        node["a"].Pace.Throttled("421 slower");
    }

    private int Sent(ViewNode node, int seconds)
    {
        var sent = 0;
        for (var step = 0; step < seconds * 1000; step++)
        {
            while (node["a"].Pace.TryTake(1, out var hold))
            {
                sent += hold!.Begin(1);
                hold.End();
            }

            _time.Advance(TimeSpan.FromMilliseconds(1));
        }

        return sent;
    }

    private ViewNode Join(long id)
    {
        _board.Join(id, $"n{id}");
        return new ViewNode(new BoardStore(_board, new PeerNode(id, $"n{id}")), _time, ViewNode.Options(("a", 1), ("b", 1)));
    }

    private async Task RoundAsync()
    {
        foreach (var node in new[] { _one, _two, _one, _two })
        {
            await node.RoundAsync();
        }
    }
}
