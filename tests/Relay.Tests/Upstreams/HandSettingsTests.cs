using Relay.Core.Upstreams;
using Relay.TestKit;

namespace Relay.Tests.Upstreams;

public sealed class HandSettingsTests
{
    private HandSettings _hand = null!;

    [SetUp]
    public void SetUp() => _hand = new HandSettings(new TestClock());

    [Test]
    public void What_is_said_twice_is_said_once()
    {
        _hand.Drain();
        _hand.Drain();
        Assert.That((_hand.Wish.IsDrained, _hand.Wish.Drains), Is.EqualTo((true, 1)));

        _hand.Resume();
        _hand.Resume();
        Assert.That((_hand.Wish.IsDrained, _hand.Wish.Drains), Is.EqualTo((false, 2)));
    }

    [Test]
    public void A_word_from_elsewhere_does_not_undo_one_that_was_said_here_since()
    {
        var before = _hand.Wish;
        _hand.Drain();
        _hand.Weigh(4);

        Assert.That(_hand.TakeDrain(before.Drains, isDrained: false, DateTimeOffset.UnixEpoch, "n2"), Is.False);
        Assert.That(_hand.TakeWeight(before.Weighings, 9), Is.False);
        Assert.That((_hand.Wish.IsDrained, _hand.Wish.Weight), Is.EqualTo((true, 4)));
    }

    [Test]
    public void A_word_from_elsewhere_is_nothing_to_tell_the_others()
    {
        Assert.That(_hand.TakeDrain(0, isDrained: true, DateTimeOffset.UnixEpoch, "n2"), Is.True);
        Assert.That(_hand.TakeWeight(0, 9), Is.True);

        Assert.That(_hand.Wish, Is.EqualTo(new HandWish(true, DateTimeOffset.UnixEpoch, "n2", 9, 0, 0)));
    }

    [Test]
    public void A_changed_configuration_ends_a_weight_and_only_that_is_news()
    {
        _hand.ForgetWeight();
        Assert.That(_hand.Wish.Weighings, Is.Zero);
        _hand.Weigh(4);

        _hand.ForgetWeight();

        Assert.That((_hand.Wish.Weight, _hand.Wish.Weighings), Is.EqualTo((0, 2)));
    }
}
