using Relay.Core.Configuration;
using Relay.Core.Upstreams.Pace;
using Relay.TestKit;

namespace Relay.Tests.Upstreams.Pace;

public sealed class UpstreamPaceTests
{
    private const string Words = "Dot: 451 4.7.1 slow down";

    private static readonly ThrottleWord Slower = new(ThrottleMeaning.Throttle);

    private readonly TestClock _time = new();

    [Test]
    public void A_server_that_refuses_everything_is_asked_half_as_often_each_time_down_to_once_a_minute()
    {
        var pace = new UpstreamPace(_time);
        foreach (var seconds in (int[])[2, 4, 8, 16, 32, 60, 60])
        {
            Refuse(pace, Slower);
            ExpectTurnAfter(pace, TimeSpan.FromSeconds(seconds));
        }
    }

    [Test]
    public void One_whose_quota_is_used_up_is_asked_ever_more_rarely_down_to_once_in_15_minutes()
    {
        var pace = new UpstreamPace(_time);
        foreach (var seconds in (int[])[2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900])
        {
            Refuse(pace, new ThrottleWord(ThrottleMeaning.Quota));
            ExpectTurnAfter(pace, TimeSpan.FromSeconds(seconds));
        }
    }

    [Test]
    public void A_time_that_the_server_names_is_waited_for_to_the_second()
    {
        var pace = new UpstreamPace(_time);

        var isNews = pace.Throttled(Words, new ThrottleWord(ThrottleMeaning.Throttle, TimeSpan.FromMinutes(5)), TimeSpan.Zero);

        Assert.That(isNews, Is.True);
        Assert.That(pace.NotBefore, Is.EqualTo(_time.GetUtcNow().AddMinutes(5)));
        Assert.That(pace.Reason, Is.EqualTo($"{Words}; no new mail until {_time.GetUtcNow().AddMinutes(5):HH:mm:ss}Z"));
        ExpectTurnAfter(pace, TimeSpan.FromMinutes(5));
        Assert.That(pace.NotBefore, Is.Null);
    }

    [Test]
    public void Refusals_of_messages_that_were_under_way_lower_the_pace_once_and_are_no_news()
    {
        var pace = new UpstreamPace(_time);
        var word = new ThrottleWord(ThrottleMeaning.Throttle, TimeSpan.FromSeconds(30));
        Refuse(pace, word);
        var before = pace.Learned;
        _time.Advance(TimeSpan.FromMilliseconds(1));

        var isNews = pace.Throttled(Words, word, TimeSpan.FromMilliseconds(2));

        Assert.That(isNews, Is.False);
        Assert.That(pace.Learned, Is.EqualTo(before));
        Assert.That(pace.Refusals, Is.EqualTo(2));
    }

    [Test]
    public void A_message_that_gets_through_brings_the_pace_back_within_a_few_messages()
    {
        var pace = new UpstreamPace(_time);
        for (var count = 0; count < 100; count++)
        {
            pace.Succeeded(TimeSpan.Zero); // a hundred in this second
        }

        Refuse(pace, Slower);
        for (var count = 0; count < 5; count++)
        {
            Send(pace);
            pace.Succeeded(TimeSpan.Zero);
        }

        Assert.That(Wait(pace).TotalSeconds, Is.Not.GreaterThan(1 / 90.0));
        Assert.That(pace.Learned, Is.EqualTo(96).Within(1));
    }

    [Test]
    public void It_is_shown_while_it_matters_and_forgotten_when_it_has_not_for_long()
    {
        var pace = new UpstreamPace(_time);
        Refuse(pace, Slower);
        Assert.That(pace.Reason, Is.EqualTo($"{Words}; 57.6 messages a minute at present"));

        _time.Advance(TimeSpan.FromMinutes(2));
        Assert.That((pace.Reason, pace.Learned is null), Is.EqualTo(("", false)));

        _time.Advance(TimeSpan.FromMinutes(15));
        Assert.That(pace.Learned, Is.Null);
    }

    [Test]
    public void Changes_are_reported_when_they_matter_and_not_for_each_message()
    {
        var pace = new UpstreamPace(_time);
        Assert.That(pace.IsWorthReporting(out _), Is.False, "nothing has happened");

        Refuse(pace, Slower);
        Assert.That(pace.IsWorthReporting(out var first), Is.True);
        Assert.That(first, Is.EqualTo(0.96).Within(0.01));
        Assert.That(pace.IsWorthReporting(out _), Is.False, "it was just said");

        _time.Advance(TimeSpan.FromSeconds(11));
        Refuse(pace, Slower);
        Assert.That(pace.IsWorthReporting(out _), Is.True, "less than half");

        _time.Advance(TimeSpan.FromMinutes(16));
        Assert.That(pace.IsWorthReporting(out var last), Is.True, "forgotten");
        Assert.That(last, Is.Null);
        Assert.That(pace.IsWorthReporting(out _), Is.False);
    }

    private static void Refuse(UpstreamPace pace, ThrottleWord word) => pace.Throttled(Words, word, TimeSpan.Zero);

    private TimeSpan Wait(UpstreamPace pace)
    {
        var (now, at) = (_time.GetTimestamp(), pace.RoomAt(1));
        return at <= now ? TimeSpan.Zero : _time.GetElapsedTime(now, at);
    }

    private void Send(UpstreamPace pace)
    {
        _time.Advance(Wait(pace) + TimeSpan.FromTicks(1));
        Assert.That(pace.TryTake(1, out _), Is.True);
    }

    private void ExpectTurnAfter(UpstreamPace pace, TimeSpan wait)
    {
        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.That(pace.HasRoom(1), Is.False, $"before {wait}");
        _time.Advance(TimeSpan.FromMilliseconds(2));
        Assert.That(pace.TryTake(1, out _), Is.True, $"after {wait}");
    }
}
