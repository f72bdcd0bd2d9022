using Microsoft.Extensions.Time.Testing;
using Relay.Core.Upstreams.Pace;

namespace Relay.Tests.Upstreams.Pace;

public sealed class UpstreamPaceTests
{
    private readonly FakeTimeProvider _time = new();

    [Test]
    public void Each_throttle_reply_pauses_twice_as_long_up_to_a_minute()
    {
        var pace = new UpstreamPace(_time);
        foreach (var seconds in (int[])[1, 2, 4, 8, 16, 32, 60, 60])
        {
            pace.Throttled("451 4.7.1 slow down");
            _time.Advance(TimeSpan.FromSeconds(seconds) - TimeSpan.FromMilliseconds(1));
            Assert.That(pace.IsPaused, Is.True, $"before {seconds} s");
            _time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.That(pace.IsPaused, Is.False, $"after {seconds} s");
        }
    }

    [Test]
    public void Replies_to_messages_already_under_way_do_not_double_the_pause()
    {
        var pace = new UpstreamPace(_time);
        pace.Throttled("451 4.7.1 slow down");
        pace.Throttled("451 4.7.1 slow down");
        pace.Throttled("451 4.7.1 slow down");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(pace.IsPaused, Is.False);
    }

    [Test]
    public void A_message_that_gets_through_makes_the_next_pause_short_again()
    {
        var pace = new UpstreamPace(_time);
        pace.Throttled("451 4.7.1 slow down");
        _time.Advance(TimeSpan.FromSeconds(1));
        pace.Succeeded();
        pace.Throttled("451 4.7.1 slow down");
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.That(pace.IsPaused, Is.False);
    }
}
